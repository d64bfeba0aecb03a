/**
 * GrowthBook's rules read aloud, slowly, from its payload as it is: the importer's second opinion beside the vendor's
 * SDK. Nothing here knows of Tidegate. Only for features without a circle of prerequisites.
 */

// biome-ignore lint/suspicious/noExplicitAny: documents of the vendor, as JSON.parse gives them
type Json = any;

/** The value; null for none. */
export function readGrowthBook(payload: Json, key: string, user: Json): Json {
  const feature = payload.features[key];
  if (!feature) return null;
  const holds = (condition: Json, object: Json = user) => meets(payload.savedGroups ?? {}, condition, object, []);
  for (const rule of feature.rules ?? []) {
    const parents = parentsOf(rule, (id) => readGrowthBook(payload, id, user), holds);
    if (parents === 'blocked') return null;
    if (parents === 'skip') continue;
    if (rule.filters && !rule.filters.every((filter: Json) => passesFilter(filter, user))) continue;
    if (rule.condition && !holds(rule.condition)) continue;
    const served = 'force' in rule ? forced(rule, key, user) : inExperiment(rule, key, user);
    if (served) return served.value;
  }
  return feature.defaultValue ?? null;
}

function parentsOf(rule: Json, valueOfParent: (id: string) => Json, holds: (condition: Json, object: Json) => boolean) {
  for (const { id, condition, gate } of rule.parentConditions ?? []) {
    if (!holds(condition ?? {}, { value: valueOfParent(id) })) return gate ? 'blocked' : 'skip';
  }
  return 'go on';
}

function passesFilter(filter: Json, user: Json): boolean {
  const position = positionOf(filter.seed, user[filter.attribute || 'id'], filter.hashVersion || 2);
  return filter.ranges.some((range: Json) => isWithin(position, range));
}

function forced(rule: Json, key: string, user: Json): { value: Json } | undefined {
  const position = positionOf(rule.seed || key, user[rule.hashAttribute || 'id'], rule.hashVersion || 1);
  if (rule.range) return isWithin(position, rule.range) ? { value: rule.force } : undefined;
  if (rule.coverage === undefined) return { value: rule.force };
  return rule.coverage !== 0 && position <= rule.coverage ? { value: rule.force } : undefined;
}

function inExperiment(rule: Json, key: string, user: Json): { value: Json } | undefined {
  const { variations = [] } = rule;
  const unit = user[rule.hashAttribute || 'id'];
  if (variations.length < 2 || !unit) return undefined;
  if (!rule.filters && rule.namespace) {
    const [name, from, to] = rule.namespace;
    if (!isWithin(positionOf(`__${name}`, unit, 1), [from, to])) return undefined;
  }
  const position = positionOf(rule.seed || rule.key || key, unit, rule.hashVersion || 1);
  const index = rangesOf(rule).findIndex((range: Json) => isWithin(position, range));
  const isServed = index >= 0 && index < variations.length && !rule.meta?.[index].passthrough;
  return isServed ? { value: variations[index] ?? null } : undefined;
}

function rangesOf({ ranges, variations, weights, coverage = 1 }: Json): Json[] {
  if (ranges) return ranges;
  const sum = weights?.reduce((total: number, weight: number) => total + weight, 0);
  const isSound = weights?.length === variations.length && sum >= 0.99 && sum <= 1.01;
  const shares = isSound ? weights : variations.map(() => 1 / variations.length);
  const covered = coverage < 0 ? 0 : coverage > 1 ? 1 : coverage;
  let start = 0;
  return shares.map((share: number) => {
    const range = [start, start + covered * share];
    start += share;
    return range;
  });
}

function isWithin(position: number, [from, to]: Json): boolean {
  return position >= from && position < to;
}

/** NaN, which is in no range, for what is no unit. */
function positionOf(seed: string, unit: Json, version: number): number {
  if (!unit) return Number.NaN;
  if (version === 1) return (fnv1a(unit + seed) % 1000) / 1000;
  return (fnv1a(`${fnv1a(seed + unit)}`) % 10_000) / 10_000;
}

function fnv1a(text: string): number {
  let hash = 2_166_136_261n;
  for (let at = 0; at < text.length; at++) hash = ((hash ^ BigInt(text.charCodeAt(at))) * 16_777_619n) % 2n ** 32n;
  return Number(hash);
}

function meets(groups: Json, condition: Json, object: Json, asked: readonly string[]): boolean {
  return Object.entries<Json>(condition).every(([name, expected]) => {
    const each = (it: Json) => meets(groups, it, object, asked);
    if (name === '$and') return expected.every(each);
    if (name === '$or') return expected.length === 0 || expected.some(each);
    if (name === '$nor') return expected.length > 0 && !expected.some(each);
    if (name === '$not') return !each(expected);
    if (name === '$savedGroup') return isInSavedGroup(groups, expected, object, asked);
    return fits(groups, expected, at(object, name));
  });
}

function isInSavedGroup(groups: Json, { id, attributeKey }: Json, object: Json, asked: readonly string[]): boolean {
  const group = groups[id];
  if (attributeKey !== undefined && typeof attributeKey !== 'string') return false;
  if (asked.includes(id)) return false;
  if (group?.type === 'list') return isAmong(at(object, attributeKey ?? group.attributeKey), group.values);
  return group?.type === 'condition' && meets(groups, group.condition, object, [...asked, id]);
}

function at(object: Json, path: string): Json {
  let value = object;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(name in value)) return null;
    value = value[name];
  }
  return value;
}

function isAmong(actual: Json, list: Json[], fold = (value: Json) => value): boolean {
  const elements = Array.isArray(actual) ? actual : [actual];
  return elements.some((element) => list.some((value) => Object.is(fold(value), fold(element))));
}

function lower(value: Json): Json {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function hasOperatorsOnly(expected: Json): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return false;
  return Object.keys(expected).length > 0 && Object.keys(expected).every((name) => name[0] === '$');
}

function fits(groups: Json, expected: Json, actual: Json): boolean {
  if (hasOperatorsOnly(expected)) {
    return Object.entries(expected).every(([operator, given]) => holds(groups, operator, given, actual));
  }
  switch (typeof expected) {
    case 'string':
      return `${actual}` === expected;
    case 'number':
      return actual * 1 === expected;
    case 'boolean':
      return actual !== null && !!actual === expected;
    default:
      return JSON.stringify(actual) === JSON.stringify(expected);
  }
}

function holds(groups: Json, operator: string, given: Json, actual: Json): boolean {
  const list = Array.isArray(groups[given]) ? groups[given] : groups[given]?.values;
  const versions = [padded(actual), padded(given)] as const;
  switch (operator) {
    case '$eq':
      return actual === given;
    case '$ne':
      return actual !== given;
    case '$lt':
      return actual < given;
    case '$lte':
      return actual <= given;
    case '$gt':
      return actual > given;
    case '$gte':
      return actual >= given;
    case '$veq':
      return versions[0] === versions[1];
    case '$vne':
      return versions[0] !== versions[1];
    case '$vlt':
      return versions[0] < versions[1];
    case '$vlte':
      return versions[0] <= versions[1];
    case '$vgt':
      return versions[0] > versions[1];
    case '$vgte':
      return versions[0] >= versions[1];
    case '$exists':
      return (actual !== null && actual !== undefined) === !!given;
    case '$type':
      return typeName(actual) === given;
    case '$in':
      return isAmong(actual, given);
    case '$nin':
      return !isAmong(actual, given);
    case '$ini':
      return isAmong(actual, given, lower);
    case '$nini':
      return !isAmong(actual, given, lower);
    case '$inGroup':
      return list !== undefined && isAmong(actual, list);
    case '$notInGroup':
      return groups[given] === undefined || (list !== undefined && !isAmong(actual, list));
    case '$not':
      return !fits(groups, given, actual);
    case '$size':
      return Array.isArray(actual) && fits(groups, given, actual.length);
    case '$regex':
      return new RegExp(given).test(actual);
    case '$regexi':
      return new RegExp(given, 'i').test(actual);
    case '$all':
    case '$alli': {
      const equals = (expected: Json, element: Json) =>
        operator === '$alli' && typeof expected === 'string'
          ? `${element}`.toLowerCase() === expected.toLowerCase()
          : fits(groups, expected, element);
      return Array.isArray(actual) && given.every((expected: Json) => actual.some((it) => equals(expected, it)));
    }
    case '$elemMatch': {
      const present = Array.isArray(actual) ? actual.filter((it) => it !== null) : [];
      return present.some((it) => (hasOperatorsOnly(given) ? fits(groups, given, it) : meets(groups, given, it, [])));
    }
    default:
      // Only rules that serve nobody may ask it: others are refused.
      return false;
  }
}

function typeName(actual: Json): string {
  if (typeof actual === 'function') return 'unknown';
  return actual === null ? 'null' : Array.isArray(actual) ? 'array' : typeof actual;
}

function padded(version: Json): string {
  const text = typeof version === 'number' ? `${version}` : typeof version === 'string' && version ? version : '0';
  const parts = text.replace(/^v/, '').replace(/\+.*$/, '').split(/[-.]/);
  const whole = parts.length === 3 ? [...parts, '~'] : parts;
  return whole.map((part) => (/^\d+$/.test(part) ? part.padStart(5) : part)).join('-');
}
