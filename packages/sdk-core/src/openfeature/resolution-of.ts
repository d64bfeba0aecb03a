import type { ErrorCode, JsonValue, Reason } from '@tidegate/evaluation';
import type { VariationDetail } from '../client/client-api.ts';

/**
 * An evaluation in OpenFeature's words, which Tidegate's reasons and error codes already are. No variation means that
 * the caller's default is served: with an error code that is a failure, without one what the flag says.
 */
export interface Resolution<T> {
  readonly value: T;
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: FlagMetadata;
}

/** `flagSetId` and `version` are the names under which telemetry looks (OpenFeature's specification, appendix D). */
export interface FlagMetadata {
  /** `project/environment`. */
  readonly flagSetId?: string;
  /** The revision, as text. */
  readonly version?: string;
  /** Of the flag that answered. */
  readonly revision?: number;
  readonly ruleId?: string;
  readonly [name: string]: string | number | boolean;
}

export function resolutionOf<T>(
  detail: VariationDetail<JsonValue>,
  about: { readonly defaultValue: T; readonly environment: string | undefined },
): Resolution<T> {
  const { value, variation, reason, errorCode, errorMessage } = detail;
  return {
    // A variation is of the kind that was asked for, and so is the caller's default.
    value: variation === undefined ? about.defaultValue : (value as T),
    reason,
    flagMetadata: flagMetadataOf(detail, about.environment),
    ...(variation === undefined ? {} : { variant: variation }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
}

function flagMetadataOf({ revision, ruleId }: VariationDetail<JsonValue>, environment: string | undefined) {
  return {
    ...(environment === undefined ? {} : { flagSetId: environment }),
    ...(revision === 0 ? {} : { version: String(revision), revision }),
    ...(ruleId === undefined ? {} : { ruleId }),
  };
}
