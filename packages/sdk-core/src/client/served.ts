import type { Evaluation, JsonValue } from '@tidegate/evaluation';
import type { VariationDetail, Widened } from './client-api.ts';

/** Evaluations that serve nothing of a flag: the caller's default comes back. */
export const NOT_READY = unserved('PROVIDER_NOT_READY', 'no flags have come from the server or a cache yet');

export function typeMismatch(evaluation: Evaluation, defaultValue: unknown): Evaluation {
  const message = `expected a value of the default's type, ${typeof defaultValue}, got ${typeof evaluation.value}`;
  return unserved('TYPE_MISMATCH', message, evaluation.revision);
}

/** Only a context can do that: a getter that throws, for one. */
export function thrown(error: unknown): Evaluation {
  return unserved('GENERAL', error instanceof Error ? error.message : String(error));
}

/** How far what is held can be trusted. */
export type Trust = 'confirmed' | 'cached' | 'stale';

export function detailOf<T extends JsonValue | undefined>(
  evaluation: Evaluation,
  about: { readonly defaultValue: T; readonly trust: Trust },
): VariationDetail<Widened<T>> {
  const { value, variation, reason, errorCode, errorMessage, ruleId, revision } = evaluation;
  return {
    // A value was found to be of the default's type, and the default is of its own.
    value: (value === undefined ? about.defaultValue : value) as Widened<T>,
    variation,
    reason: reason === 'ERROR' ? reason : (TRUSTED_REASON[about.trust] ?? reason),
    revision,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(ruleId === undefined ? {} : { ruleId }),
  };
}

const TRUSTED_REASON = { confirmed: undefined, cached: 'CACHED', stale: 'STALE' } as const;

function unserved(errorCode: NonNullable<Evaluation['errorCode']>, errorMessage: string, revision = 0): Evaluation {
  return Object.freeze({ value: undefined, variation: undefined, reason: 'ERROR', errorCode, errorMessage, revision });
}
