import type { Evaluation, JsonValue } from '@tidegate/evaluation/page';
import type { VariationDetail, Widened } from './client-api.ts';

/** Evaluations that serve nothing of a flag: the caller's default comes back. */
export const NOT_READY = unserved('PROVIDER_NOT_READY', 'no flags have come yet');

export function typeMismatch({ value, revision }: Evaluation, defaultValue: unknown): Evaluation {
  return unserved('TYPE_MISMATCH', `expected ${typeof defaultValue}, got ${typeof value}`, revision);
}

/** Only a context can do that: a getter that throws, for one. */
export function thrown(error: unknown): Evaluation {
  return unserved('GENERAL', error instanceof Error ? error.message : String(error));
}

/** `trusted` replaces the reason of what is not confirmed to be current. */
export function detailOf<T extends JsonValue | undefined>(
  { exposure: _, ...evaluation }: Evaluation,
  about: { readonly defaultValue: T; readonly trusted: 'CACHED' | 'STALE' | undefined },
): VariationDetail<Widened<T>> {
  const { value, reason } = evaluation;
  return {
    ...evaluation,
    // A value was found to be of the default's type, and the default is of its own.
    value: (value === undefined ? about.defaultValue : value) as Widened<T>,
    reason: reason === 'ERROR' ? reason : (about.trusted ?? reason),
  };
}

function unserved(errorCode: NonNullable<Evaluation['errorCode']>, errorMessage: string, revision = 0): Evaluation {
  return { value: undefined, variation: undefined, reason: 'ERROR', errorCode, errorMessage, revision };
}
