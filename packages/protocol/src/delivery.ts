import type { Flag, Segment } from '@tidegate/evaluation';
import * as z from 'zod';
import { flagSchema } from './flag.ts';
import { segmentSchema } from './segment.ts';

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

export const snapshotSchema = z.strictObject({
  protocol: z.int(),
  environment: z.string(),
  revision: z.int(),
  flags: z.array(flagSchema),
  segments: z.array(segmentSchema),
}) satisfies z.ZodType<Snapshot>;

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

const deltaChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flag'), key: z.string(), document: flagSchema.nullable() }),
  z.strictObject({ kind: z.literal('segment'), key: z.string(), document: segmentSchema.nullable() }),
]) satisfies z.ZodType<DeltaChange>;

export const deltaSchema = z.strictObject({
  fromRevision: z.int(),
  revision: z.int(),
  changes: z.array(deltaChangeSchema),
}) satisfies z.ZodType<Delta>;

/** How often a connected SDK hears where the log stands; after three silent intervals it takes its line for dead. */
export const BEAT_INTERVAL_MS = 5_000;

/** Sent by the server every `BEAT_INTERVAL_MS`; a client that heard nothing for three intervals has lost its line. */
export interface Beat {
  readonly revision: number;
  readonly sentAtMs: number;
}

export const beatSchema = z.strictObject({ revision: z.int(), sentAtMs: z.number() }) satisfies z.ZodType<Beat>;

/** The stream cannot continue from the client's revision: fetch a snapshot after a random wait of at most `withinMs`. */
export interface Resync {
  readonly revision: number;
  readonly withinMs: number;
}

export const resyncSchema = z.strictObject({ revision: z.int(), withinMs: z.number() }) satisfies z.ZodType<Resync>;

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

/** Not strict: a newer SDK may say more of itself. */
export const helloSchema = z.object({
  key: z.string().min(1).max(256),
  protocol: z.int(),
  sdk: z.object({ name: z.string().max(128), version: z.string().max(128) }),
  instance: z.string().min(1).max(128),
  revision: z.int().min(0),
  context: z.record(z.string(), z.unknown()).exactOptional(),
}) satisfies z.ZodType<Hello>;

/** The client now answers from this revision. */
export interface Applied {
  readonly revision: number;
}

export const appliedSchema = z.object({ revision: z.int().min(0) }) satisfies z.ZodType<Applied>;

/** POST body of a browser's snapshot request. */
export interface SnapshotRequest {
  readonly context: Readonly<Record<string, unknown>>;
}

export const snapshotRequestSchema = z.strictObject({
  context: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<SnapshotRequest>;

/** The path of the socket.io endpoint, and the words on it. */
export const STREAM_PATH = '/sdk/v1/stream';
export const SNAPSHOT_PATH = '/sdk/v1/snapshot';
export const EVENTS_PATH = '/sdk/v1/events';
