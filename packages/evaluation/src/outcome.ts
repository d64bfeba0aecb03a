import type { Evaluation } from './evaluation.ts';
import { CALLER_DEFAULT, type ErrorCode, type ExposureTag, type Flag, type Reason } from './flag.ts';
import type { JsonValue } from './json.ts';

/** Evaluations are made when they are served for the first time, one per outcome, and shared by all who get it. */
export interface Why {
  readonly reason: Reason;
  readonly ruleId?: string | undefined;
  readonly exposure?: ExposureTag | undefined;
}

/** A variation, or the caller's own default, which has no value here. */
export interface Served {
  readonly key: string;
  readonly value: JsonValue | undefined;
}

const CALLERS_OWN: Served = { key: CALLER_DEFAULT, value: undefined };

/** What a flag means where it names a variation. */
export function servedBy({ variations }: Pick<Flag, 'variations'>, variationKey: string): Served {
  if (variationKey === CALLER_DEFAULT) return CALLERS_OWN;
  const variation = variations.find(({ key }) => key === variationKey);
  if (variation === undefined) throw new Error(`: there is no variation "${variationKey}"`);
  return variation;
}

export function serve(
  { revision }: Pick<Flag, 'revision'>,
  { key, value }: Served,
  { reason, ruleId, exposure }: Why,
): Evaluation {
  freezeDeep(value);
  return Object.freeze({
    value,
    variation: key === CALLER_DEFAULT ? undefined : key,
    reason,
    revision,
    ...(ruleId !== undefined && { ruleId }),
    ...(exposure !== undefined && { exposure }),
  });
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

/** Goes through nesting of any depth: the value of a json flag may be deeper than the stack. */
function freezeDeep(value: unknown): void {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const part of Object.values(next)) left.push(part);
  }
}
