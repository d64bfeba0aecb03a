import type {
  Actor,
  Confirmation,
  Decision,
  DecisionInput,
  RolloutAssessment,
  RolloutPlan,
  RolloutScore,
  RolloutState,
  SdkHealth,
} from '@tidegate/analysis';
import * as z from 'zod';
import type { EvidenceView } from './evidence-view.ts';
import { reasonSchema } from './key.ts';
import type { MeasurementView } from './measurement.ts';
import type { RolloutTraffic } from './traffic-adapter.ts';

/** What the API tells of a rollout: where it stands, what the evidence says, who has what it last published. */
export interface RolloutView {
  readonly id: string;
  readonly environment: string;
  readonly flagKey: string;
  readonly rule: string;
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly active: boolean;
  /** The stage that it is in, stopped at, or ended with; null when it never began. */
  readonly stageIndex: number | null;
  /** The share that the owned rule gives to treatment now. */
  readonly treatmentPpm: number;
  /** Computed for this answer from the evidence as it is now. */
  readonly assessment: RolloutAssessment;
  /** Of a plan that has one. */
  readonly score?: RolloutScore;
  /** Of a plan with traffic adapters: what each is to have and has. */
  readonly traffic?: readonly RolloutTraffic[];
  /** Of a plan with guards of providers. */
  readonly measurements?: readonly MeasurementView[];
  /** What SDKs say of themselves, on the node that accounts, while evidence is gathered. */
  readonly sdkHealth?: SdkHealth;
  readonly evidence: EvidenceView;
  /** Connected SDKs, and how many of them answer from what the rollout last published; null before it published. */
  readonly confirmation: (Confirmation & { readonly revision: number }) | null;
  readonly version: number;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
}

/** One entry of a rollout's log: what was decided, and everything it was decided from. */
export interface DecisionView {
  readonly rolloutId: string;
  readonly sequence: number;
  readonly kind: Decision['kind'];
  readonly reason: string;
  readonly atMs: number;
  /** The revision of the flag's change; null when the decision changed no flag. */
  readonly revision: number | null;
  readonly decision: Decision;
  readonly input: DecisionInput;
}

/** Body of pause, resume, promote and abort. */
export const rolloutCommandSchema = z.strictObject({
  reason: reasonSchema.default(''),
  /** When given, the command is refused (412) unless the rollout still has this version. */
  expectedVersion: z.int().min(1).exactOptional(),
});
