import { RE2JS } from 're2js';
import type { JsonValue } from '../json.ts';
import type { Meaning } from '../meaning.ts';

/**
 * Patterns of RE2 (https://github.com/google/re2/wiki/Syntax), found anywhere in the text. RE2 takes time linear in
 * text times pattern, whatever they are; JavaScript's own patterns can hold a process for minutes.
 */
export const matches: Meaning<readonly RE2JS[]> = {
  takes: (value) => patternOf(value) !== undefined,
  prepare: (values) => values.map(patternOf).filter((pattern) => pattern !== undefined),
  relates: (element, patterns) => typeof element === 'string' && patterns.some((pattern) => pattern.test(element)),
  isNegated: false,
};

/** Of one pattern: its compiled form grows with it, repetitions included. */
const PATTERN_LENGTH_MAX = 1_000;

function patternOf(value: JsonValue): RE2JS | undefined {
  if (typeof value !== 'string' || value.length > PATTERN_LENGTH_MAX) return undefined;
  try {
    return RE2JS.compile(value);
  } catch {
    // Not RE2: `takes` says so where the rule is saved.
    return undefined;
  }
}
