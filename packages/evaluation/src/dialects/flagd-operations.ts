import { compareVersions, type Version } from '../rare/version.ts';
import { parseNpmVersion } from './npm-version.ts';

/** Operators that are called with the values of their operands, and mean the same compiled and interpreted. */
export const OPERATIONS = {
  in: ([item, list]: readonly unknown[]) => includes(list || [], item),
  substr: ([text, from, length]: readonly unknown[]) => partOf(text, from, length),
  min: (numbers: readonly unknown[]) => extreme(numbers, (number, other) => number < other),
  max: (numbers: readonly unknown[]) => extreme(numbers, (number, other) => number > other),
  merge: (values: readonly unknown[]) => values.flat(),
  starts_with: (operands: readonly unknown[]) => compareTexts(operands, (text, start) => text.startsWith(start)),
  ends_with: (operands: readonly unknown[]) => compareTexts(operands, (text, end) => text.endsWith(end)),
  sem_ver: compareSemVers,
} as const satisfies Readonly<Record<string, (operands: readonly unknown[]) => unknown>>;

function includes(list: unknown, item: unknown): boolean {
  if (Array.isArray(list)) return list.includes(item);
  if (typeof list === 'string') return list.includes(String(item));
  throw new TypeError('neither a list nor a text');
}

/** As JavaScript's old `substr`: from the end where `from` is negative; a negative length leaves out the end. */
function partOf(text: unknown, from: unknown, length: unknown): string {
  if (typeof text !== 'string') throw new TypeError('no text');
  const start = integerOf(from);
  const rest = text.slice(start < 0 ? Math.max(text.length + start, 0) : start);
  if (length === undefined) return rest;
  const count = integerOf(length);
  return Number(length) < 0
    ? rest.slice(0, Math.max(integerOf(rest.length + Number(length)), 0))
    : rest.slice(0, count);
}

function integerOf(value: unknown): number {
  return Math.trunc(Number(value)) || 0;
}

function extreme(numbers: readonly unknown[], isBeyond: (number: number, other: number) => boolean): number {
  const [first, ...others] = numbers;
  if (typeof first !== 'number') throw new TypeError('no number');
  let found = first;
  for (const number of others) {
    if (typeof number !== 'number') throw new TypeError('no number');
    if (isBeyond(number, found)) found = number;
  }
  return found;
}

function compareTexts(operands: readonly unknown[], relates: (text: string, part: string) => boolean): boolean | null {
  const [text, part] = operands;
  return operands.length === 2 && typeof text === 'string' && typeof part === 'string' ? relates(text, part) : null;
}

function compareSemVers(operands: readonly unknown[]): boolean | null {
  const [one, operator, two] = operands;
  const left = versionOf(one);
  const right = versionOf(two);
  if (operands.length !== 3 || left === undefined || right === undefined) return null;
  const order = compareVersions(left, right);
  switch (String(operator)) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    case '^':
      return left.major === right.major;
    case '~':
      return left.major === right.major && left.minor === right.minor;
    default:
      return null;
  }
}

const PARTIAL = /^\d+(\.\d+)?$/;

/** Whole, or as its first one or two numbers, after one v of either case. */
function versionOf(value: unknown): Version | undefined {
  const text = String(value).replace(/^[vV]/, '');
  const partial = PARTIAL.exec(text);
  if (partial === null) return parseNpmVersion(text);
  return parseNpmVersion(partial[1] === undefined ? `${text}.0.0` : `${text}.0`);
}
