/** What the wizard has been told so far. */
export interface PlanForm {
  readonly flag: string;
  readonly rule: string;
  readonly treatment: string;
  readonly preset: PresetChoice;
  /** Only where the preset is `own`. */
  readonly stages: readonly StageForm[];
  readonly bake: string;
  readonly guards: readonly GuardForm[];
  /** As `datetime-local` has it, in the reader's zone; empty is at once. */
  readonly startAt: string;
}

export const PRESET_CHOICES = ['standard', 'linear', 'exponential', 'canary-10-30m', 'instant', 'own'] as const;
export type PresetChoice = (typeof PRESET_CHOICES)[number];

export interface StageForm {
  readonly treatment: string;
  readonly dwell: string;
  readonly minUnits: string;
  /** Empty where the stage waits for no proof. */
  readonly safeRatio: string;
  readonly needsApproval: boolean;
}

export interface GuardForm {
  readonly kind: 'template' | 'metric';
  readonly name: string;
  readonly args: Readonly<Record<string, string | number | boolean>>;
  readonly isObserved: boolean;
}

export const FIRST_STAGES: readonly StageForm[] = [
  { treatment: '5%', dwell: '30m', minUnits: '100', safeRatio: '', needsApproval: false },
  { treatment: '25%', dwell: '30m', minUnits: '100', safeRatio: '', needsApproval: false },
  { treatment: '100%', dwell: '', minUnits: '100', safeRatio: '', needsApproval: false },
];

/** The plan as the API takes it: what was not said is left to the server's defaults. */
export function writtenPlan(form: PlanForm): { readonly [member: string]: unknown } {
  return {
    flag: form.flag,
    treatment: form.treatment,
    ...(form.rule === 'fallthrough' ? {} : { rule: form.rule }),
    ...(form.preset === 'own' ? { stages: form.stages.map(writtenStage) } : { preset: form.preset }),
    ...(form.bake.trim() === '' ? {} : { bake: form.bake.trim() }),
    ...(form.startAt === '' ? {} : { startAtMs: new Date(form.startAt).getTime() }),
    guards: form.guards.map(({ kind, name, args, isObserved }) => ({
      [kind]: name,
      ...(Object.keys(args).length === 0 ? {} : { args }),
      ...(isObserved ? { mode: 'observe' } : {}),
    })),
  };
}

function writtenStage({ treatment, dwell, minUnits, safeRatio, needsApproval }: StageForm): object {
  return {
    treatment: /%\s*$/.test(treatment) ? treatment.trim() : `${treatment.trim()}%`,
    ...(dwell.trim() === '' ? {} : { dwell: dwell.trim() }),
    ...(minUnits.trim() === '' ? {} : { minUnits: Number(minUnits) }),
    ...(safeRatio.trim() === '' ? {} : { safeRatio: Number(safeRatio) }),
    ...(needsApproval ? { approval: {} } : {}),
  };
}
