import type { JsonValue } from '@tidegate/evaluation';
import type { Case, CaseType } from './evaluate-case.ts';

const TYPES: ReadonlySet<unknown> = new Set<CaseType>(['boolean', 'string', 'number', 'object']);

/** One line of a batch as a case. @throws with a sentence that says what is wrong with the line. */
export function caseOf(line: string): Case {
  const json: unknown = JSON.parse(line);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('expected an object');
  const { flag, type, default: defaultValue = null, context = {} } = json as Readonly<Record<string, unknown>>;
  if (typeof flag !== 'string') throw new TypeError('flag: expected the key of a flag');
  if (!TYPES.has(type)) throw new TypeError('type: expected boolean, string, number or object');
  // It came from JSON, and its type is one of the four.
  return { flag, type: type as CaseType, default: defaultValue as JsonValue, context };
}
