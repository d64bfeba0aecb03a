import type { ApprovalRule, Condition, Guard, RolloutPlan } from '../rollout/plan.ts';
import type { WrittenGate } from './expand-gates.ts';
import type { WrittenProviderGuard } from './expand-provider-guards.ts';
import type { WrittenTraffic } from './expand-traffic.ts';
import type { TemplateArguments } from './guard-template.ts';
import type { WrittenDeadline } from './written-deadline.ts';

/**
 * A plan as people write it. One rule covers the words: what programs call `…Ms` people write without `Ms` as a duration
 * (`dwell: 30m`), what programs call `…Ppm` people write without `Ppm` as a percent (`treatment: 5%`), and an instant
 * `…AtMs` without `Ms` as `startAt: 2026-03-02T09:00:00Z`. Either word may stand, never both. Programs' words are those
 * of `RolloutPlan`, so every plan that this room gives out can be given back to it.
 */
export interface WrittenPlan
  extends Omit<
    Partial<RolloutPlan>,
    | 'treatment'
    | 'stages'
    | 'guards'
    | 'windows'
    | 'maxDuration'
    | 'gradualRollback'
    | 'health'
    | 'holdback'
    | 'after'
    | 'providerGuards'
    | 'traffic'
    | 'gates'
    | 'caps'
  > {
  /** The flag's key; `flagKey` to programs. */
  readonly flag?: string;
  readonly treatment: string;
  /** Where the stages come from, unless they are listed; `standard` when neither is there. */
  readonly preset?: PresetName | WrittenPreset;
  readonly stages?: readonly WrittenStage[];
  /** Nothing is treated beyond this share: stages that would be are cut off, and the last one is the cap. */
  readonly maxTreatment?: string;
  /** Who gets less: the share of a stage, or none at all. */
  readonly caps?: readonly {
    readonly condition: Condition;
    readonly maxTreatment?: string;
    readonly maxTreatmentPpm?: number;
  }[];
  readonly guards?: readonly WrittenGuard[];
  readonly bake?: string;
  readonly noData?: string;
  readonly confirm?: string;
  readonly controlSample?: string;
  readonly startAt?: string;
  readonly windows?: readonly {
    readonly cron: string;
    readonly timeZone: string;
    readonly duration?: string;
    readonly durationMs?: number;
  }[];
  readonly maxDuration?: WrittenDeadline;
  readonly gradualRollback?: { readonly steps: number; readonly step?: string; readonly stepMs?: number };
  readonly health?: WrittenHealth;
  /** What providers of the environment measure, held to limits. */
  readonly providerGuards?: readonly WrittenProviderGuard[];
  /** Adapters whose weights follow the share. */
  readonly traffic?: readonly WrittenTraffic[];
  readonly gates?: readonly WrittenGate[];
  readonly after?: { readonly environment: string; readonly deadline?: WrittenDeadline };
  readonly holdback?: {
    readonly share?: string;
    readonly ppm?: number;
    readonly duration?: string;
    readonly durationMs?: number;
  };
}

export type PresetName = 'standard' | 'linear' | 'exponential' | 'canary-10-30m' | 'instant';

/** What a preset can be told: each reads what it has a use for, and refuses the rest. */
export interface WrittenPreset {
  readonly name: PresetName;
  /** `linear`: how much each stage adds. */
  readonly step?: string;
  readonly stepPpm?: number;
  /** `exponential`: the first stage. */
  readonly from?: string;
  readonly fromPpm?: number;
  /** `exponential`: how many times the one before each stage is. */
  readonly factor?: number;
  /** `linear`, `exponential`. */
  readonly dwell?: string;
  readonly dwellMs?: number;
  readonly minUnits?: number;
}

export interface WrittenStage {
  readonly treatment?: string;
  readonly treatmentPpm?: number;
  readonly dwell?: string;
  readonly dwellMs?: number;
  readonly minUnits?: number;
  readonly safeRatio?: number;
  readonly safeDeadline?: WrittenDeadline;
  readonly scope?: Condition;
  readonly approval?: Partial<Omit<ApprovalRule, 'deadline'>> & { readonly deadline?: WrittenDeadline };
  readonly experiment?: {
    readonly metric: string;
    readonly onLose?: 'abort' | 'hold';
    readonly deadline: WrittenDeadline;
  };
}

export interface WrittenGuard extends Omit<Partial<Guard>, 'template' | 'noOutcomes'> {
  /** `error-rate`, `error-rate@1`, or as `Guard` has it. */
  readonly template?: string | { readonly name: string; readonly version: number; readonly args: TemplateArguments };
  /** Of a template that is named by text. */
  readonly args?: TemplateArguments;
  readonly noOutcomes?: { readonly grace?: string; readonly graceMs?: number; readonly deadline: WrittenDeadline };
}

export interface WrittenHealth {
  readonly sampleRatio?: { readonly deadline: WrittenDeadline };
  readonly crossover?: { readonly maxShare: number; readonly deadline: WrittenDeadline };
  readonly noData?: { readonly deadline: WrittenDeadline };
  readonly confirmation?: { readonly deadline: WrittenDeadline };
  readonly openBreakers?: { readonly maxShare: number };
  readonly lostEvents?: { readonly maxShare: number; readonly deadline: WrittenDeadline };
}
