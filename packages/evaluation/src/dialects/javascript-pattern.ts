import { RE2JS } from 're2js';
import { closeOverCase, complementOf, type Ranges, rangesText, unionOf } from './code-units.ts';

/**
 * Regular expressions of JavaScript, as `new RegExp(pattern).test(text)` means them, run by RE2: in time linear in text
 * times pattern, where JavaScript's own engine can be held for minutes. What the two spell differently is translated
 * (`.`, `\s`, classes, escapes, case), and JavaScript's UTF-16 units are single characters on both sides. What RE2
 * cannot do is refused: looking around, references to groups, more than 1 000 repetitions.
 */
export function compileJavascriptPattern(
  pattern: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): ((text: string) => boolean) | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX || !isJavascript(pattern)) return undefined;
  const translated = translate(pattern, ignoreCase ? closeOverCase : (ranges) => ranges);
  const compiled = translated === undefined ? undefined : compileRe2(translated);
  return compiled && ((text) => compiled.test(separateSurrogates(text)));
}

/** Of one pattern: its compiled form grows with it, repetitions included. */
const PATTERN_LENGTH_MAX = 1_000;

const DIGITS: Ranges = [[0x30, 0x39]];
const WORDS: Ranges = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
/** WhiteSpace and LineTerminator of ECMA-262. */
const SPACES: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: Ranges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const SETS: Readonly<Record<string, Ranges>> = {
  d: DIGITS,
  D: complementOf(DIGITS),
  w: WORDS,
  W: complementOf(WORDS),
  s: SPACES,
  S: complementOf(SPACES),
};
const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d };
const REPETITION = /^\{\d+(?:,\d*)?\}/;
const NAMED_GROUP = /^\(\?<[^=!][^>]*>/;
const HIGH_OR_LOW = /[\ud800-\udfff]/g;

type Fold = (ranges: Ranges) => Ranges;

/** A part of the pattern as the set of units that it stands for, and where the next part begins. */
interface Part {
  readonly ranges: Ranges;
  readonly end: number;
}

function isJavascript(pattern: string): boolean {
  try {
    return new RegExp(pattern) !== undefined;
  } catch {
    return false;
  }
}

function compileRe2(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    // Larger than RE2 takes.
    return undefined;
  }
}

/** Every unit of the text a character of its own: surrogates move to where `rangesText` looks for them. */
function separateSurrogates(text: string): string {
  return text.replace(HIGH_OR_LOW, (unit) => String.fromCodePoint(unit.charCodeAt(0) + SURROGATE_SHIFT));
}

/** To the private use of plane 16, which no unit can say by itself. */
const SURROGATE_SHIFT = 0x10f000 - 0xd800;

function translate(pattern: string, fold: Fold): string | undefined {
  let translated = '';
  for (let at = 0; at < pattern.length; ) {
    const structure = structureAt(pattern, at);
    if (structure !== undefined) {
      translated += structure.text;
      at = structure.end;
      continue;
    }
    const part = partAt(pattern, at, fold);
    if (part === undefined) return undefined;
    translated += rangesText(part.ranges, SURROGATE_SHIFT);
    at = part.end;
  }
  return translated;
}

/** What shapes the pattern and is written the same way, or nearly, in RE2. */
function structureAt(pattern: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const sign = pattern.charAt(at);
  switch (sign) {
    case '(': {
      const opening = pattern.startsWith('(?:', at) ? '(?:' : (NAMED_GROUP.exec(pattern.slice(at))?.[0] ?? '(');
      // What is left of `(?=`, `(?!` and their like is no part of a pattern, and `partAt` refuses it.
      return pattern.charAt(at + opening.length) === '?' ? undefined : { text: '(?:', end: at + opening.length };
    }
    case '$':
      return { text: '\\z', end: at + 1 };
    case ')':
    case '|':
    case '^':
    case '*':
    case '+':
    case '?':
      return { text: sign, end: at + 1 };
    case '{': {
      const repetition = REPETITION.exec(pattern.slice(at))?.[0];
      return (repetition && { text: repetition, end: at + repetition.length }) || undefined;
    }
    case '\\': {
      const next = pattern.charAt(at + 1);
      return next === 'b' || next === 'B' ? { text: `\\${next}`, end: at + 2 } : undefined;
    }
    default:
      return undefined;
  }
}

function partAt(pattern: string, at: number, fold: Fold): Part | undefined {
  const sign = pattern.charAt(at);
  if (sign === '(') return undefined;
  if (sign === '[') return classAt(pattern, at, fold);
  if (sign === '.') return { ranges: complementOf(LINE_ENDS), end: at + 1 };
  const part = sign === '\\' ? escapeAt(pattern, at) : unitAt(pattern, at);
  return part && { ...part, ranges: fold(part.ranges) };
}

function classAt(pattern: string, at: number, fold: Fold): Part | undefined {
  const isNegated = pattern.charAt(at + 1) === '^';
  const ranges: (readonly [number, number])[] = [];
  let end = at + (isNegated ? 2 : 1);
  while (pattern.charAt(end) !== ']') {
    const from = memberAt(pattern, end);
    if (from === undefined) return undefined;
    end = from.end;
    ranges.push(...from.ranges);
    if (pattern.charAt(end) !== '-' || pattern.charAt(end + 1) === ']') continue;
    const to = memberAt(pattern, end + 1);
    if (to === undefined) return undefined;
    end = to.end;
    const [low, high] = [single(from), single(to)];
    // Beside a set such as `\d`, a hyphen is itself.
    if (low === undefined || high === undefined) ranges.push(...to.ranges, [HYPHEN, HYPHEN]);
    else ranges.push([low, high]);
  }
  const members = fold(unionOf(ranges));
  return { ranges: isNegated ? complementOf(members) : members, end: end + 1 };
}

const HYPHEN = 0x2d;
const BACKSPACE = 0x08;

function memberAt(pattern: string, at: number): Part | undefined {
  if (pattern.charAt(at) !== '\\') return unitAt(pattern, at);
  if (pattern.charAt(at + 1) === 'b') return { ranges: [[BACKSPACE, BACKSPACE]], end: at + 2 };
  return escapeAt(pattern, at);
}

function single({ ranges }: Part): number | undefined {
  const [range, ...others] = ranges;
  return range !== undefined && others.length === 0 && range[0] === range[1] ? range[0] : undefined;
}

function unitAt(pattern: string, at: number): Part {
  const unit = pattern.charCodeAt(at);
  return { ranges: [[unit, unit]], end: at + 1 };
}

/** undefined for what refers to a group, and for the octal numbers that look like it. */
function escapeAt(pattern: string, at: number): Part | undefined {
  const name = pattern.charAt(at + 1);
  const set = Object.hasOwn(SETS, name) ? SETS[name] : undefined;
  if (set !== undefined) return { ranges: set, end: at + 2 };
  const control = Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined;
  if (control !== undefined) return { ranges: [[control, control]], end: at + 2 };
  const hexadecimal = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(pattern.slice(at, at + 6));
  if (hexadecimal !== null) {
    const unit = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '', 16);
    return { ranges: [[unit, unit]], end: at + hexadecimal[0].length };
  }
  if (name === '0' && !/\d/.test(pattern.charAt(at + 2))) return { ranges: [[0, 0]], end: at + 2 };
  if (name === '' || /[0-9ck]/.test(name)) return undefined;
  return unitAt(pattern, at + 1);
}
