import { alphaOfAttempt } from '../statistics/share-alpha.ts';

/**
 * The share of alpha that attempt j at the same change may spend: all of it at the first, 6/(pi² j²) of it at the j-th
 * after (j - 1) rollbacks. A first attempt keeps the bound that its plan names. The later ones together add at most
 * 0.4 of it, however many there are (6/(pi² j²) sums to 1 over all j, and to 0.61 at the first), where a fresh alpha
 * each time would add up without end.
 */
export function attemptShare(attempt: number): number {
  return attempt <= 1 ? 1 : alphaOfAttempt(1, attempt);
}
