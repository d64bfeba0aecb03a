import type { Context } from '@tidegate/evaluation';
import type { Snapshot } from '@tidegate/protocol/types';
import type { AbortSignalLike, HttpOutcome, HttpRequest, Platform } from '../platform.ts';
import { parseSnapshot } from '../wire/parse-envelope.ts';
import { SNAPSHOT_PATH } from '../wire/protocol-values.ts';
import { parseRetryAfterMs } from './backoff.ts';

export interface SnapshotQuestion {
  readonly key: string;
  /** Browser keys only: who the values are for. */
  readonly context: Context | undefined;
  /** Of the snapshot held, when it is still held unchanged. */
  readonly etag: string | undefined;
  readonly signal: AbortSignalLike;
}

export type SnapshotAnswer =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot; readonly etag: string | undefined }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'failed';
      readonly why: string;
      /** 401 or 403. */
      readonly refused: boolean;
      readonly retryAfterMs?: number;
    };

/** Of 10 000 flags with rules, about ten times over. A larger answer is a mistake, not a configuration. */
const SNAPSHOT_BYTES_MAX = 100_000_000;
const SNAPSHOT_TIMEOUT_MS = 15_000;

/** Everything at one revision, over plain HTTP: a server key gets rules, a browser key what its context may have. */
export async function fetchSnapshot(platform: Platform, question: SnapshotQuestion): Promise<SnapshotAnswer> {
  return answerOf(await platform.request(requestOf(question)), platform.epochMs());
}

function requestOf({ key, context, etag, signal }: SnapshotQuestion): HttpRequest {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(context === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const about = {
    path: SNAPSHOT_PATH,
    headers,
    timeoutMs: SNAPSHOT_TIMEOUT_MS,
    responseBytesMax: SNAPSHOT_BYTES_MAX,
    signal,
  };
  return context === undefined
    ? { method: 'GET', ...about }
    : { method: 'POST', body: JSON.stringify({ context }), ...about };
}

function answerOf(outcome: HttpOutcome, epochMs: number): SnapshotAnswer {
  if (outcome.kind === 'failed') return { kind: 'failed', why: outcome.message, refused: false };
  if (outcome.status === 304) return { kind: 'unchanged' };
  if (outcome.status !== 200) return refusalOf(outcome, epochMs);
  const parsed = parseSnapshot(outcome.body);
  if (parsed.kind === 'malformed') return { kind: 'failed', why: parsed.why, refused: false };
  return { kind: 'snapshot', snapshot: parsed.value, etag: outcome.headers.get('etag') ?? undefined };
}

function refusalOf(outcome: Extract<HttpOutcome, { kind: 'answered' }>, epochMs: number): SnapshotAnswer {
  const { status, headers } = outcome;
  const refused = status === 401 || status === 403;
  const retryAfterMs = parseRetryAfterMs(headers.get('retry-after'), epochMs);
  return {
    kind: 'failed',
    why: explainRefusal(outcome),
    refused,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function explainRefusal({ status, headers }: Extract<HttpOutcome, { kind: 'answered' }>): string {
  if (status === 401 || status === 403) {
    return `the server refused the key (status ${status}): check that it is a key for this kind of SDK and not revoked`;
  }
  const location = status >= 300 && status < 400 ? headers.get('location') : null;
  // Not followed: the key would go to whoever answers there.
  if (location !== null) return `the server redirects to ${location.slice(0, 200)}: give its own address as url`;
  return `the server answered with status ${status}`;
}
