import { sumFlow } from './event-flow.ts';
import { type EvidenceState, epochKey } from './evidence-state.ts';

/** What SDKs under a server key say of themselves in the last minutes. */
export interface SdkHealth {
  /** SDK processes that evaluated the rollout's flag. */
  readonly instanceCount: number;
  /** Of these, those whose circuit breaker for the flag is open. */
  readonly openBreakerCount: number;
  /**
   * Exposures and outcomes that SDKs reported, and that they say they dropped, of the environment: an SDK that drops
   * does not know any more of which rollout and arm it was.
   */
  readonly eventCount: number;
  readonly lostEventCount: number;
}

/** Undefined while the epoch is not open. `nowMs` is the reader's: what is lately passes without a record too. */
export function sdkHealthOf(
  state: EvidenceState,
  { rolloutId, epoch }: { readonly rolloutId: string; readonly epoch: number },
  nowMs: number,
): SdkHealth | undefined {
  const evidence = state.epochs.get(epochKey(rolloutId, epoch));
  if (evidence === undefined) return undefined;
  return { ...evidence.instances.count(nowMs), ...sumFlow(state.flow, nowMs) };
}
