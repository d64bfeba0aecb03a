/**
 * Unleash's rules read aloud, slowly, from what its client API serves: the importer's second opinion beside the
 * vendor's SDK. Nothing here knows of Tidegate, and hashes are taken byte by byte. Answers that are a matter of dice are
 * the text `dice`. Constraints are those of lists, parts of texts and numbers.
 */

// biome-ignore lint/suspicious/noExplicitAny: documents of the vendor, as JSON.parse gives them
type Json = any;

export function readIsEnabled(file: Json, name: string, context: Json): boolean | 'dice' {
  const strategy = readStrategy(file, name, context);
  return strategy === 'dice' ? 'dice' : strategy !== undefined;
}

/** The name of the variant; `disabled` for none. */
export function readVariant(file: Json, name: string, context: Json): string {
  const strategy = readStrategy(file, name, context);
  if (strategy === 'dice' || strategy === undefined) return strategy ?? 'disabled';
  const feature = featureIn(file, name);
  const { groupId, stickiness } = strategy.parameters ?? {};
  const own = strategy.variants ?? [];
  const ofStrategy =
    own.length > 0 ? choose(own, String(groupId), own[0].stickiness || stickiness, context) : undefined;
  if (ofStrategy !== undefined) return ofStrategy;
  const shared = feature.variants ?? [];
  return shared.length > 0 ? (choose(shared, name, shared[0].stickiness, context) ?? 'disabled') : 'disabled';
}

function featureIn(file: Json, name: string): Json {
  return file.features.find((feature: Json) => feature.name === name);
}

/** The first strategy that lets the context in; one of none for a feature that has none. */
function readStrategy(file: Json, name: string, context: Json): Json {
  const feature = featureIn(file, name);
  if (!feature?.enabled) return undefined;
  for (const { feature: parent, enabled = true, variants = [] } of feature.dependencies ?? []) {
    const above = featureIn(file, parent);
    if (!above || (above.dependencies ?? []).length > 0) return undefined;
    const isOn = readIsEnabled(file, parent, context);
    if (isOn === 'dice') return 'dice';
    if (isOn !== enabled) return undefined;
    if (!enabled || variants.length === 0) continue;
    const variant = readVariant(file, parent, context);
    if (variant === 'dice') return 'dice';
    if (!variants.includes(variant)) return undefined;
  }
  if (feature.strategies.length === 0) return {};
  for (const strategy of feature.strategies) {
    const segments = (strategy.segments ?? []).map((id: Json) =>
      file.segments.find((segment: Json) => segment.id === id),
    );
    if (segments.includes(undefined)) continue;
    const constraints = [strategy, ...segments].flatMap((part) => part.constraints ?? []);
    if (!constraints.every((constraint) => meets(constraint, context) !== Boolean(constraint.inverted))) continue;
    const isIn = letsIn(strategy, context);
    if (isIn === 'dice') return 'dice';
    if (isIn) return strategy;
  }
  return undefined;
}

function letsIn({ name, parameters }: Json, context: Json): boolean | 'dice' {
  const { percentage, rollout, groupId = '', userIds } = parameters ?? {};
  const stickiness = parameters?.stickiness || 'default';
  switch (name) {
    case 'default':
      return true;
    case 'userWithId':
      return Boolean(userIds) && userIds.split(/\s*,\s*/).includes(context.userId);
    case 'gradualRolloutUserId':
      return isWithin(context.userId, groupId, Number(percentage));
    case 'gradualRolloutSessionId':
      return isWithin(context.sessionId, groupId, Number(percentage));
    case 'flexibleRollout': {
      if (stickiness !== 'default') return isWithin(field(context, stickiness), groupId, Number(rollout));
      const unit = context.userId || context.sessionId;
      if (unit) return isWithin(unit, groupId, Number(rollout));
      return rollout >= 100 ? true : rollout >= 1 ? 'dice' : false;
    }
    default:
      throw new Error(`not read here: ${name}`);
  }
}

function isWithin(unit: Json, groupId: string, percentage: number): boolean {
  return Boolean(unit) && (murmur3(`${groupId}:${unit}`, 0) % 100) + 1 <= percentage;
}

function meets({ contextName, operator, values = [], value, caseInsensitive }: Json, context: Json): boolean {
  const given = field(context, contextName);
  const wanted = values.filter((text: string) => text !== '').map((text: string) => text.trim());
  if (operator === 'IN') return wanted.includes(given);
  if (operator === 'NOT_IN') return !wanted.includes(given);
  if (given === undefined) return false;
  if (operator.startsWith('NUM_')) {
    const difference = Number(given) - Number(value);
    return {
      NUM_EQ: difference === 0,
      NUM_GT: difference > 0,
      NUM_GTE: difference >= 0,
      NUM_LT: difference < 0,
      NUM_LTE: difference <= 0,
    }[operator as 'NUM_EQ'];
  }
  const fold = (text: string) => (caseInsensitive ? text.toLowerCase() : text);
  return wanted.map(fold).some((part: string) => {
    const at = operator === 'STR_ENDS_WITH' ? fold(given).length - part.length : fold(given).indexOf(part);
    if (operator === 'STR_CONTAINS') return at >= 0;
    return operator === 'STR_STARTS_WITH' ? at === 0 : at >= 0 && fold(given).slice(at) === part;
  });
}

function field(context: Json, name: string): string | undefined {
  const value = context[name] ?? context.properties?.[name];
  return value === undefined || value === null ? undefined : String(value);
}

function choose(variants: Json[], groupId: string, stickiness: Json, context: Json): string | undefined {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0) return undefined;
  for (const { name, overrides = [] } of variants) {
    if (overrides.some((one: Json) => one.values.includes(field(context, one.contextName)))) return name;
  }
  const named = ['userId', 'sessionId', 'remoteAddress'].map((key) => context[key]);
  const isDefault = (stickiness ?? 'default') === 'default';
  const unit = isDefault ? named.find((text) => typeof text === 'string' && text) : field(context, stickiness);
  if (!unit) return variants.filter(({ weight }) => weight !== 0).length === 1 ? heaviest(variants) : 'dice';
  let left = (murmur3(`${groupId}:${unit}`, 86028157) % total) + 1;
  for (const { name, weight } of variants) {
    left -= weight;
    if (weight !== 0 && left <= 0) return name;
  }
  return undefined;
}

function heaviest(variants: Json[]): string {
  return variants.find(({ weight }) => weight !== 0).name;
}

/** MurmurHash3 x86 32, in integers of any size. */
function murmur3(text: string, seed: number): number {
  const bytes = [...Array(text.length).keys()].map((at) => BigInt(text.charCodeAt(at) & 0xff));
  const word = (n: bigint) => n & 0xffffffffn;
  const rotate = (n: bigint, by: bigint) => word((n << by) | (n >> (32n - by)));
  const mix = (k: bigint) => word(rotate(word(k * 0xcc9e2d51n), 15n) * 0x1b873593n);
  let h = BigInt(seed);
  for (let at = 0; at < bytes.length; at += 4) {
    const four = bytes.slice(at, at + 4);
    const k = four.reduce((sum, byte, index) => sum + (byte << BigInt(8 * index)), 0n);
    h ^= mix(k);
    if (four.length === 4) h = word(rotate(h, 13n) * 5n + 0xe6546b64n);
  }
  h ^= BigInt(bytes.length);
  h = word((h ^ (h >> 16n)) * 0x85ebca6bn);
  h = word((h ^ (h >> 13n)) * 0xc2b2ae35n);
  return Number(h ^ (h >> 16n));
}
