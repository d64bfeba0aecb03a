/** A member of a JSON message, by the path that an error names it by. */
export interface JsonMember {
  readonly path: string;
  readonly value: unknown;
}

type JsonObject = Readonly<Record<string, unknown>>;

export function memberOf(object: JsonObject, key: string, path: string): JsonMember {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return { path: path === '' ? key : `${path}.${key}`, value };
}

/** @throws TypeError that says what was expected where, like every reader of this file. */
export function objectOf({ path, value }: JsonMember): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // It is neither null nor an array, so it is an object with text keys.
    return value as JsonObject;
  }
  throw unexpected('an object', { path, value });
}

export function listOf({ path, value }: JsonMember): readonly JsonMember[] {
  if (!Array.isArray(value)) throw unexpected('a list', { path, value });
  return value.map((item: unknown, index) => ({ path: `${path}[${index}]`, value: item }));
}

export function textOf({ path, value }: JsonMember): string {
  if (typeof value === 'string') return value;
  throw unexpected('a text', { path, value });
}

/** One of some texts. */
export function wordOf<Word extends string>({ path, value }: JsonMember, words: readonly Word[]): Word {
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  throw unexpected(words.map((one) => `"${one}"`).join(' or '), { path, value });
}

export function numberOf(
  { path, value }: JsonMember,
  range: { readonly min?: number; readonly max?: number; readonly above?: number; readonly below?: number } = {},
): number {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE, above = -Infinity, below = Infinity } = range;
  const isInRange = typeof value === 'number' && value >= min && value <= max && value > above && value < below;
  if (isInRange) return value;
  const bounds = [
    range.min === undefined ? '' : ` of at least ${range.min}`,
    range.above === undefined ? '' : ` above ${range.above}`,
    range.max === undefined ? '' : ` of at most ${range.max}`,
    range.below === undefined ? '' : ` below ${range.below}`,
  ];
  throw unexpected(`a number${bounds.join('')}`, { path, value });
}

/** A count may come as 3.0, but not as 3.5. */
export function countOf(
  member: JsonMember,
  range: { readonly min: number; readonly max?: number } = { min: 0 },
): number {
  const count = numberOf(member, range);
  if (Number.isInteger(count)) return count;
  throw unexpected('a whole number', member);
}

/** Null when the member is not there. */
export function optional<Value>(member: JsonMember, read: (member: JsonMember) => Value): Value | null {
  return member.value === undefined ? null : read(member);
}

function unexpected(expected: string, { path, value }: JsonMember): TypeError {
  const came = value === undefined ? 'nothing' : JSON.stringify(value);
  return new TypeError(
    `${path === '' ? 'the message' : path}: expected ${expected}, got ${came.length > 60 ? `${came.slice(0, 57)}...` : came}`,
  );
}
