import type { Context } from '@tidegate/evaluation';
import type { DeltaOutcome, RulesStore, SnapshotOutcome } from '../rules/rules-store.ts';
import { checkBeat, checkDelta, checkResync } from '../wire/parse-envelope.ts';
import type { ConnectionEvent } from './connection-state.ts';
import type { SnapshotAnswer } from './fetch-snapshot.ts';

/**
 * What the server said, taken into the store: what that means to the connection, and what is worth telling. Whatever
 * comes, the store keeps good rules, and a stream whose words do not fit together is left for a snapshot.
 */
export interface Reception {
  readonly event: ConnectionEvent;
  /** The server said that what is held now is current. */
  readonly confirmation?: Confirmation;
  readonly problem?: ConnectionProblem;
}

export interface Confirmation {
  /** Whether other rules are held than before, if only by their revision. */
  readonly replaced: boolean;
  /** The flags that may answer otherwise. */
  readonly flagKeys: readonly string[];
}

export interface ConnectionProblem {
  readonly code: 'key-refused' | 'unreachable' | 'malformed';
  readonly message: string;
}

/** A gap that the client found by itself: most likely others found it too, so not all at once. */
const GAP_WITHIN_MS = 1_000;
/** No word may send an SDK away for longer. */
const RESYNC_WITHIN_MAX_MS = 60_000;

/** `asked.context` is whom the snapshot was asked for. */
export function receiveAnswer(
  store: RulesStore,
  answer: SnapshotAnswer,
  asked: { readonly context: Context | undefined; readonly nowMs: number },
): Reception {
  switch (answer.kind) {
    case 'unchanged':
      store.confirm();
      return { event: { kind: 'snapshotTaken' }, confirmation: UNCHANGED };
    case 'snapshot':
      return receiveSnapshot(store.takeSnapshot(answer.snapshot, asked));
    case 'failed': {
      const { why, refused, retryAfterMs } = answer;
      return {
        event: { kind: 'snapshotFailed', refused, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
        problem: { code: refused ? 'key-refused' : 'unreachable', message: why },
      };
    }
    default:
      throw answer satisfies never;
  }
}

/** Undefined for a word that only a newer server says. */
export function receiveWord(store: RulesStore, word: string, payload: unknown): Reception | undefined {
  switch (word) {
    case 'delta':
      return receiveDelta(store, payload);
    case 'beat':
      return receiveBeat(store, payload);
    case 'resync': {
      const resync = checkResync(payload);
      const withinMs = resync.kind === 'parsed' ? resync.value.withinMs : GAP_WITHIN_MS;
      return gap(Math.min(Math.max(withinMs, 0), RESYNC_WITHIN_MAX_MS));
    }
    default:
      return undefined;
  }
}

function receiveSnapshot(outcome: SnapshotOutcome): Reception {
  if (outcome.kind === 'unusable') {
    return { event: { kind: 'snapshotFailed', refused: false }, problem: { code: 'malformed', message: outcome.why } };
  }
  return { event: { kind: 'snapshotTaken' }, ...confirmationOf(outcome) };
}

function receiveDelta(store: RulesStore, payload: unknown): Reception {
  const delta = checkDelta(payload);
  if (delta.kind === 'malformed') return gap(GAP_WITHIN_MS, delta.why);
  const outcome = store.takeDelta(delta.value);
  if (outcome.kind === 'unusable') return gap(GAP_WITHIN_MS, outcome.why);
  if (outcome.kind === 'gap') return gap(GAP_WITHIN_MS);
  return { event: { kind: 'streamHeard' }, ...confirmationOf(outcome) };
}

function receiveBeat(store: RulesStore, payload: unknown): Reception {
  const beat = checkBeat(payload);
  if (beat.kind === 'malformed') return gap(GAP_WITHIN_MS, beat.why);
  // A beat follows every delta before it: another revision is one that was missed, or a server that lost some.
  if (beat.value.revision !== store.revision) return gap(GAP_WITHIN_MS);
  store.confirm();
  return { event: { kind: 'streamHeard' }, confirmation: UNCHANGED };
}

function gap(withinMs: number, why?: string): Reception {
  const event = { kind: 'streamGap', withinMs } as const;
  return why === undefined ? { event } : { event, problem: { code: 'malformed', message: why } };
}

function confirmationOf(outcome: SnapshotOutcome | DeltaOutcome): Pick<Reception, 'confirmation'> {
  if (outcome.kind === 'taken') return { confirmation: { replaced: true, flagKeys: outcome.flagKeys } };
  return outcome.kind === 'same' ? { confirmation: UNCHANGED } : {};
}

const UNCHANGED: Confirmation = { replaced: false, flagKeys: [] };
