import { createHash } from 'node:crypto';

/**
 * LaunchDarkly's rules read aloud, slowly, from its documents as they are: the importer's second opinion beside the
 * vendor's SDK. Nothing here knows of Tidegate. Only for files that LaunchDarkly answers without an error.
 */

// biome-ignore lint/suspicious/noExplicitAny: documents of the vendor, as JSON.parse gives them
type Json = any;

/** The place of the variation; null for the caller's default. */
export function readLaunchDarkly(file: Json, flagKey: string, context: Json): number | null {
  return answer(file, file.flags[flagKey], kindsOf(context));
}

type Kinds = ReadonlyMap<string, Json>;

function kindsOf(context: Json): Kinds {
  if (context.kind === 'multi') return new Map(Object.entries(context).filter(([kind]) => kind !== 'kind'));
  if (context.kind) return new Map([[context.kind, context]]);
  const { custom, key, privateAttributeNames: _, ...builtIn } = context;
  const given = Object.entries(builtIn).filter(([, value]) => value !== null);
  return new Map([['user', { ...custom, ...Object.fromEntries(given), key: `${key}` }]]);
}

function answer(file: Json, flag: Json, kinds: Kinds): number | null {
  if (!flag.on) return flag.offVariation ?? null;
  for (const { key, variation } of flag.prerequisites ?? []) {
    const other = file.flags[key];
    const isMet = other?.on && answer(file, other, kinds) === variation;
    if (!isMet) return flag.offVariation ?? null;
  }
  for (const { contextKind, values, variation } of targetsOf(flag)) {
    if (values.includes(keyOf(kinds, contextKind))) return variation;
  }
  for (const rule of flag.rules ?? []) {
    const matches = rule.clauses?.every((clause: Json) => matchesClause(file, clause, kinds)) ?? false;
    if (matches) return served(rule, flag, kinds);
  }
  return served(flag.fallthrough, flag, kinds);
}

function targetsOf(flag: Json): Json[] {
  if (!flag.contextTargets?.length) return flag.targets ?? [];
  return flag.contextTargets.flatMap((target: Json) => {
    if (target.contextKind && target.contextKind !== 'user') return [target];
    const ofUsers = flag.targets?.find(({ variation }: Json) => variation === target.variation);
    return ofUsers ? [ofUsers] : [];
  });
}

function keyOf(kinds: Kinds, kind = 'user'): Json {
  return kinds.get(kind)?.key;
}

function served({ variation, rollout }: Json, flag: Json, kinds: Kinds): number {
  if (typeof variation === 'number') return variation;
  const bucketBy = rollout.kind === 'experiment' ? undefined : rollout.bucketBy;
  const bucket = bucketOf({ ...rollout, bucketBy }, flag, kinds);
  let sum = 0;
  for (const part of rollout.variations) {
    sum += part.weight / 100_000;
    if (bucket < sum) return part.variation;
  }
  return rollout.variations.at(-1).variation;
}

function bucketOf({ bucketBy, contextKind, seed }: Json, { key, salt }: Json, kinds: Kinds): number {
  const unit = bucketBy ? attribute(kinds, bucketBy, contextKind) : keyOf(kinds, contextKind);
  if (typeof unit !== 'string' && !Number.isInteger(unit)) return 0;
  const hashed = seed ? `${seed}.${unit}` : `${key}.${salt ?? ''}.${unit}`;
  const first = createHash('sha1').update(hashed).digest('hex').slice(0, 15);
  return Number(BigInt(`0x${first}`)) / Number(0xfffffffffffffffn);
}

function attribute(kinds: Kinds, reference: string, contextKind?: string): Json {
  const isPath = contextKind && reference.startsWith('/');
  const unescaped = (part: string) => (part.startsWith('~') ? part : part.split('~1').join('/').split('~0').join('~'));
  const [first, ...deeper] = isPath ? reference.slice(1).split('/').map(unescaped) : [reference];
  if (first === 'kind' && deeper.length === 0) return [...kinds.keys()];
  const context = kinds.get(contextKind ?? 'user');
  if (context === undefined) return undefined;
  if (first === 'anonymous' && deeper.length === 0) return Boolean(context.anonymous);
  let value = context;
  for (const part of [first, ...deeper]) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    value = isObject && Object.hasOwn(value, part ?? '') ? value[part ?? ''] : undefined;
  }
  return value;
}

function matchesClause(file: Json, clause: Json, kinds: Kinds): boolean {
  if (clause.op === 'segmentMatch') {
    const isIn = clause.values.some(
      (key: string) => file.segments[key] && isInSegment(file, file.segments[key], kinds),
    );
    return isIn !== Boolean(clause.negate);
  }
  const actual = attribute(kinds, clause.attribute, clause.contextKind);
  if (actual === undefined || actual === null) return false;
  const elements = Array.isArray(actual) ? actual : [actual];
  const relates = elements.some((element) => clause.values.some((value: Json) => holds(clause.op, element, value)));
  return relates !== Boolean(clause.negate);
}

function isInSegment(file: Json, segment: Json, kinds: Kinds): boolean {
  const lists = (users: Json, others: Json) => [...(others ?? []), { values: users ?? [] }];
  const isListed = (list: Json) =>
    keyOf(kinds, list.contextKind) && list.values.includes(keyOf(kinds, list.contextKind));
  if (lists(segment.included, segment.includedContexts).some(isListed)) return true;
  if (lists(segment.excluded, segment.excludedContexts).some(isListed)) return false;
  return (segment.rules ?? []).some((rule: Json) => {
    if (!rule.clauses?.every((clause: Json) => matchesClause(file, clause, kinds))) return false;
    if (rule.weight === undefined) return true;
    return bucketOf({ ...rule, contextKind: rule.rolloutContextKind }, segment, kinds) < rule.weight / 100_000;
  });
}

function holds(operator: string, actual: Json, value: Json): boolean {
  const areTexts = typeof actual === 'string' && typeof value === 'string';
  const areNumbers = typeof actual === 'number' && typeof value === 'number';
  const [version, otherVersion] = [versionOf(actual), versionOf(value)];
  const order = version && otherVersion ? orderOf(version, otherVersion) : Number.NaN;
  switch (operator) {
    case 'in':
      return actual === value;
    case 'startsWith':
      return areTexts && actual.startsWith(value);
    case 'endsWith':
      return areTexts && actual.endsWith(value);
    case 'contains':
      return areTexts && actual.includes(value);
    case 'matches':
      return areTexts && new RegExp(value).test(actual);
    case 'lessThan':
      return areNumbers && actual < value;
    case 'lessThanOrEqual':
      return areNumbers && actual <= value;
    case 'greaterThan':
      return areNumbers && actual > value;
    case 'greaterThanOrEqual':
      return areNumbers && actual >= value;
    case 'before':
      return dateOf(actual) < dateOf(value);
    case 'after':
      return dateOf(actual) > dateOf(value);
    case 'semVerEqual':
      return order === 0;
    case 'semVerLessThan':
      return order < 0;
    case 'semVerGreaterThan':
      return order > 0;
    default:
      throw new Error(`no operator ${operator}`);
  }
}

function dateOf(value: Json): number {
  if (typeof value === 'number') return value;
  const begins = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[-+]\d{2}(:\d{2})?)/;
  return typeof value === 'string' && begins.test(value) ? Date.parse(value) : Number.NaN;
}

/** Major, minor, patch, and the identifiers of a pre-release. */
type Version = readonly [number[], string[]];

function versionOf(value: Json): Version | undefined {
  if (typeof value !== 'string' || value.startsWith('v')) return undefined;
  const number = '(0|[1-9]\\d*)';
  const rest =
    '(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][\\w-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][\\w-]*))*))?(?:\\+[\\w.-]+)?';
  const whole = new RegExp(`^\\s*v?${number}\\.${number}\\.${number}${rest}\\s*$`).exec(value);
  const short = new RegExp(`^${number}(?:\\.${number})?${rest}\\s*$`).exec(value);
  const [, major, minor = '0', patch = '0', prerelease] =
    whole ?? (short && [short[0], short[1], short[2], '0', short[3]]) ?? [];
  const core = [major, minor, patch].map(Number);
  if (major === undefined || core.some((part) => !Number.isSafeInteger(part))) return undefined;
  return [core, prerelease?.split('.') ?? []];
}

function orderOf([core, prerelease]: Version, [otherCore, otherPrerelease]: Version): number {
  for (const [index, part] of core.entries()) {
    const difference = part - (otherCore[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (prerelease.length === 0 || otherPrerelease.length === 0) return otherPrerelease.length - prerelease.length;
  for (const [index, part] of prerelease.entries()) {
    const other = otherPrerelease[index];
    if (other === undefined) return 1;
    const areNumbers = [part, other].map((it) => /^\d+$/.test(it));
    if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
    if (areNumbers[0] ? Number(part) !== Number(other) : part !== other) {
      return (areNumbers[0] ? Number(part) < Number(other) : part < other) ? -1 : 1;
    }
  }
  return prerelease.length - otherPrerelease.length;
}
