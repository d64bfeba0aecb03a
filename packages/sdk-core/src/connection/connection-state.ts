/**
 * Where the line to the server stands. One attempt is in flight at a time, whichever state it is:
 *
 *     idle ─▶ fetching ─▶ connecting ─▶ streaming
 *                ▲  │          │            │
 *                │  ▼          ▼ poll       │ closed, silent, or a gap
 *                └─ waiting ◀─ fetching ◀───┘
 *
 * There is no state for "gave up": only `close` ends it. While the stream cannot be had, every round still fetches the
 * snapshot, over plain HTTP: that is the polling fallback.
 */
export type ConnectionState =
  | { readonly kind: 'idle' }
  /** A snapshot request is in flight. */
  | { readonly kind: 'fetching'; readonly purpose: FetchPurpose; readonly failureCount: number }
  | { readonly kind: 'connecting'; readonly failureCount: number }
  | { readonly kind: 'streaming'; readonly failureCount: number }
  | { readonly kind: 'waiting'; readonly next: 'fetch' | 'connect'; readonly failureCount: number }
  | { readonly kind: 'closed' };

/**
 * `need`: there is nothing that a stream could continue from. `refresh`: a cached snapshot wants to be confirmed, but
 * a stream could do that too. `poll`: the stream could not be had just now.
 */
export type FetchPurpose = 'need' | 'refresh' | 'poll';

export type ConnectionEvent =
  | { readonly kind: 'started'; readonly held: boolean }
  /** The server answered with a snapshot, or said that the one held is current. */
  | { readonly kind: 'snapshotTaken' }
  | { readonly kind: 'snapshotFailed'; readonly refused: boolean; readonly retryAfterMs?: number }
  | { readonly kind: 'streamOpened' }
  /** A beat or delta came, and the rules held are at its revision. */
  | { readonly kind: 'streamHeard' }
  /** The stream cannot go on from the revision held: fetch, spread over `withinMs`. */
  | { readonly kind: 'streamGap'; readonly withinMs: number }
  | { readonly kind: 'streamClosed' }
  | { readonly kind: 'timerFired' }
  /** A browser asks for another context: everything held answers for the old one. */
  | { readonly kind: 'contextChanged' }
  | { readonly kind: 'closed' };

export type ConnectionEffect =
  | { readonly kind: 'fetchSnapshot' }
  | { readonly kind: 'abortFetch' }
  | { readonly kind: 'openStream' }
  | { readonly kind: 'closeStream' }
  /** Calls `timerFired` after a uniformly random time in the range. Leaving the state cancels it. */
  | { readonly kind: 'startTimer'; readonly range: DelayRange };

export interface DelayRange {
  readonly fromMs: number;
  readonly toMs: number;
}
