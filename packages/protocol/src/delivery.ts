import type { Flag, Segment } from '@tidegate/evaluation';

/**
 * Rules on their way to SDKs. A snapshot (HTTP) is everything at one revision; the stream carries what came after.
 *
 *     SDK                        server
 *      │ GET/POST /sdk/v1/snapshot  │   everything at revision r (ETag, 304)
 *      │ ─ hello {revision: r} ───▶ │   in the socket.io handshake's `auth`
 *      │ ◀── delta r→r+1 … ──────── │   or `resync`: too old or ahead, fetch the snapshot again
 *      │ ─ applied {revision} ────▶ │
 *      │ ◀── beat {revision} ────── │   every few seconds: shows a gap or a dead line
 *
 * Revisions are gap-free per environment; a delta with no changes still moves the revision.
 */
export interface Snapshot {
  readonly protocol: number;
  /** `project/environment`. */
  readonly environment: string;
  readonly revision: number;
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
}

/** Apply when `fromRevision` is the revision held; ignore when `revision` is not newer; else there is a gap: resync. */
export interface Delta {
  readonly fromRevision: number;
  readonly revision: number;
  readonly changes: readonly DeltaChange[];
}

/** `document: null` means that the flag or segment is gone (archived, or no longer for this kind of key). */
export type DeltaChange =
  | { readonly kind: 'flag'; readonly key: string; readonly document: Flag | null }
  | { readonly kind: 'segment'; readonly key: string; readonly document: Segment | null };

/** Sent by the server every `BEAT_INTERVAL_MS`; a client that heard nothing for three intervals has lost its line. */
export interface Beat {
  readonly revision: number;
  readonly sentAtMs: number;
}

/** The stream cannot continue from the client's revision: fetch a snapshot after a random wait of at most `withinMs`. */
export interface Resync {
  readonly revision: number;
  readonly withinMs: number;
}

/** What a client says of itself when it opens the stream (socket.io handshake `auth`). */
export interface Hello {
  readonly key: string;
  readonly protocol: number;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly instance: string;
  /** The revision held, 0 when none. */
  readonly revision: number;
  /** Browser keys only: the context for which `value` flags are evaluated. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The client now answers from this revision. */
export interface Applied {
  readonly revision: number;
}

/** POST body of a browser's snapshot request. */
export interface SnapshotRequest {
  readonly context: Readonly<Record<string, unknown>>;
}

/** The path of the socket.io endpoint, and the words on it. */
export const STREAM_PATH = '/sdk/v1/stream';
export const SNAPSHOT_PATH = '/sdk/v1/snapshot';
export const EVENTS_PATH = '/sdk/v1/events';
