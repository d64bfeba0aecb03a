/**
 * flagd's targeting read aloud, slowly, as its documentation tells it: the importer's second opinion beside the vendor's
 * evaluator. Nothing here knows of Tidegate, and hashes are taken byte by byte. It reads the plain part: chains of
 * `if`, comparisons of what has the same type, fractions of ASCII units.
 */

// biome-ignore lint/suspicious/noExplicitAny: documents of the vendor, as JSON.parse gives them
type Json = any;

/** The variant's name; undefined where the caller's default is served. */
export function readVariantName(
  { targeting, variants, defaultVariant }: Json,
  key: string,
  context: Json,
): string | undefined {
  const name = read(targeting, key, context) ?? defaultVariant;
  return Object.hasOwn(variants, name) ? name : undefined;
}

function read(logic: Json, key: string, context: Json): Json {
  if (typeof logic !== 'object' || logic === null) return logic;
  if (Array.isArray(logic)) return logic.map((part) => read(part, key, context));
  const [[operator, operand]] = Object.entries<Json>(logic) as [[string, Json]];
  if (operator === 'if') {
    const [condition, then, ...rest] = operand;
    if (operand.length < 2) return operand.length === 0 ? null : read(condition, key, context);
    return read(condition, key, context) ? read(then, key, context) : read({ if: rest }, key, context);
  }
  if (operator === 'var') return operand === '$flagd.flagKey' ? key : (context[operand] ?? null);
  const operands = read(operand, key, context);
  const [one, two] = operands;
  switch (operator) {
    case '===':
      return one === two;
    case '!==':
      return one !== two;
    case '<':
      return one < two;
    case '<=':
      return one <= two;
    case '>':
      return one > two;
    case '>=':
      return one >= two;
    case 'and':
      return operands.every(Boolean);
    case 'or':
      return operands.some(Boolean);
    case '!':
      return !one;
    case 'in':
      return two.indexOf(one) >= 0;
    case 'starts_with':
      return typeof one === 'string' ? one.slice(0, two.length) === two : null;
    case 'ends_with':
      return typeof one === 'string' ? one.length >= two.length && one.slice(one.length - two.length) === two : null;
    case 'cat':
      return `${one}${two}`;
    case 'fractional':
      return fractionOf(operands, key, context);
    default:
      throw new Error(`not read here: ${operator}`);
  }
}

function fractionOf(operands: Json[], key: string, context: Json): Json {
  const isByText = typeof operands[0] === 'string';
  if (!isByText && !context.targetingKey) return null;
  const buckets = isByText ? operands.slice(1) : operands;
  const total = buckets.reduce((sum, [, weight]) => sum + BigInt(weight), 0n);
  let left = (murmur3(isByText ? operands[0] : `${key}${context.targetingKey}`) * total) >> 32n;
  for (const [name, weight] of buckets) {
    left -= BigInt(weight);
    if (left < 0n) return name;
  }
  return null;
}

/** MurmurHash3 x86 32 with the seed 0, in integers of any size. */
function murmur3(text: string): bigint {
  const bytes = [...text].map((letter) => BigInt(letter.charCodeAt(0)));
  const word = (n: bigint) => n & 0xffffffffn;
  const rotate = (n: bigint, by: bigint) => word((n << by) | (n >> (32n - by)));
  const mix = (k: bigint) => word(rotate(word(k * 0xcc9e2d51n), 15n) * 0x1b873593n);
  let h = 0n;
  for (let at = 0; at < bytes.length; at += 4) {
    const four = bytes.slice(at, at + 4);
    h ^= mix(four.reduce((sum, byte, index) => sum + (byte << BigInt(8 * index)), 0n));
    if (four.length === 4) h = word(rotate(h, 13n) * 5n + 0xe6546b64n);
  }
  h ^= BigInt(bytes.length);
  h = word((h ^ (h >> 16n)) * 0x85ebca6bn);
  h = word((h ^ (h >> 13n)) * 0xc2b2ae35n);
  return h ^ (h >> 16n);
}
