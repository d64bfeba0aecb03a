import type { Beat, Delta, Snapshot } from '@tidegate/protocol/types';
import { PROTOCOL_VERSION } from './protocol-values.ts';

/**
 * What comes over the wire, checked as far as the SDK itself relies on it: the envelope. What a flag or segment says
 * inside is the evaluator's to judge, which answers ERROR for one that is broken and is not disturbed in the others.
 * Unknown fields are ignored everywhere: a newer server may say more.
 *
 * @throws Error for what is something else.
 */
export const readSnapshot = readerOf<Snapshot>(
  ({ protocol, environment, revision, flags, segments }) =>
    protocol === PROTOCOL_VERSION &&
    typeof environment === 'string' &&
    isRevision(revision) &&
    flags.every(hasKey) &&
    segments.every(hasKey),
);

/** See `readSnapshot`. */
export const readDelta = readerOf<Delta>(
  ({ fromRevision, revision, changes }) =>
    isRevision(fromRevision) &&
    isRevision(revision) &&
    changes.every(
      (change) =>
        hasKey(change) &&
        (change.kind === 'flag' || change.kind === 'segment') &&
        (change.document === null || change.document.key === change.key),
    ),
);

/** See `readSnapshot`. */
export const readBeat = readerOf<Pick<Beat, 'revision'>>(({ revision }) => isRevision(revision));

/** A check may also fail by reading what is not there. */
function readerOf<T>(isGood: (value: T) => boolean): (value: unknown) => T {
  return (value) => {
    // Nothing of it is believed before the check has read it.
    if (!isGood(value as T)) throw new Error('malformed');
    return value as T;
  };
}

function isRevision(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function hasKey({ key }: { readonly key: string }): boolean {
  return typeof key === 'string';
}
