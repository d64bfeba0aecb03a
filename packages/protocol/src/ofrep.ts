import type { ErrorCode, JsonValue, Reason } from '@tidegate/evaluation';
import * as z from 'zod';

/**
 * OpenFeature's remote evaluation protocol, OFREP 0.3 (https://github.com/open-feature/protocol): flags evaluated by
 * the server for a context that the client sends, one by one or all at once, and in the answer to the latter a stream
 * of server-sent events (ADR-0008 there) that tells when to ask again.
 *
 * These words are OpenFeature's and change with its versions, not with `PROTOCOL_VERSION`.
 */
export const OFREP_EVALUATE_PATH = '/ofrep/v1/evaluate/flags';
export const OFREP_STREAM_PATH = '/ofrep/v1/stream';

/** Not strict: a newer client may say more. The attributes may be anything; what is unknown matches nothing. */
export const ofrepRequestSchema = z.object({
  context: z.looseObject({ targetingKey: z.union([z.string(), z.number(), z.null()]).exactOptional() }).exactOptional(),
});

/** The protocol allows no other values: telemetry has no room for more. */
export type OfrepMetadata = Readonly<Record<string, boolean | string | number>>;

/** Without `value` the caller serves its own default, as the flag says. */
export interface OfrepSuccess {
  readonly key: string;
  readonly reason: Reason;
  readonly variant?: string;
  readonly value?: JsonValue;
  readonly metadata: OfrepMetadata;
}

/** What went wrong with one flag; without `key`, with the whole request. */
export interface OfrepFailure {
  readonly key?: string;
  readonly errorCode: OfrepErrorCode;
  readonly errorDetails: string;
}

export type OfrepErrorCode = Extract<
  ErrorCode,
  'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'GENERAL'
>;

export interface OfrepBulk {
  readonly flags: readonly (OfrepSuccess | OfrepFailure)[];
  readonly metadata: OfrepMetadata;
  readonly eventStreams: readonly OfrepEventStream[];
}

/** `requestUri` is a secret: whoever has it may listen. It belongs to the origin that the flags were asked of. */
export interface OfrepEventStream {
  readonly type: 'sse';
  readonly endpoint: { readonly requestUri: string };
  /** A page that is hidden for this long closes its stream. */
  readonly inactivityDelaySec: number;
}

/** The one message of the stream: ask again. `etag` and `lastModified` are of the configuration, not of an answer. */
export interface OfrepRefetch {
  readonly type: 'refetchEvaluation';
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
}
