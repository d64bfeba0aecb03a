import type { Evaluation } from './evaluation.ts';
import { CALLER_DEFAULT, type ErrorCode, type ExposureTag, type Flag, type Reason } from './flag.ts';
import type { JsonValue } from './json.ts';

/** Evaluations are made when a flag is compiled, one per outcome, and shared by everyone who gets that outcome. */
export interface Why {
  readonly reason: Reason;
  readonly ruleId?: string;
  readonly exposure?: ExposureTag;
}

export function serveVariation(flag: Flag, variationKey: string, why: Why): Evaluation {
  const { revision } = flag;
  if (variationKey === CALLER_DEFAULT) {
    return Object.freeze({ value: undefined, variation: undefined, revision, ...why });
  }
  const variation = flag.variations.find(({ key }) => key === variationKey);
  // A checked flag names only variations that it has.
  if (variation === undefined) throw new Error(`flag ${flag.key} has no variation ${variationKey}`);
  freezeDeep(variation.value);
  return Object.freeze({ value: variation.value, variation: variationKey, revision, ...why });
}

export function fail(errorCode: ErrorCode, errorMessage: string, revision = 0): Evaluation {
  return Object.freeze({ value: undefined, variation: undefined, reason: 'ERROR', errorCode, errorMessage, revision });
}

export function flagNotFound(flagKey: string): Evaluation {
  // Callers in JavaScript may pass anything; not everything becomes a text without throwing.
  return fail(
    'FLAG_NOT_FOUND',
    `There is no flag ${typeof flagKey === 'string' ? `"${flagKey}"` : 'with such a key'}.`,
  );
}

/** A flaw begins with a path: `Malformed flag.rules[0].id: expected a text`. */
export function malformedFlag(flaw: string): Evaluation {
  return fail('PARSE_ERROR', `Malformed flag${flaw}`);
}

export function malformedSegment(
  flag: Flag,
  { key, flaw }: { readonly key: string; readonly flaw: string },
): Evaluation {
  return fail('PARSE_ERROR', `The flag uses the segment "${key}". Malformed segment${flaw}`, flag.revision);
}

/** Goes through nesting of any depth: the value of a json flag may be deeper than the stack. */
function freezeDeep(value: JsonValue): void {
  if (typeof value !== 'object') return;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const part of Object.values(next)) left.push(part);
  }
}
