import { UsageError } from '../errors.ts';
import type { GuardOption } from './parse-option.ts';

/** What a rollout does when only a part of its stages is asked for; else the server says. */
const STAGES_DEFAULT_PPM = [50_000, 250_000, 500_000, 1_000_000];
const DWELL_DEFAULT_MS = 600_000;
const MIN_UNITS_DEFAULT = 100;

export interface PlanOptions {
  readonly treatment?: string;
  readonly control?: string;
  readonly rule?: string;
  readonly unit?: string;
  readonly stages?: readonly number[];
  readonly dwell?: number;
  readonly bake?: number;
  readonly minUnits?: number;
  readonly guard?: readonly GuardOption[];
  readonly alpha?: number;
}

/** The plan as the API takes it; what is left out here has its default there. */
export function planOfOptions(flagKey: string, options: PlanOptions): Record<string, unknown> {
  const { dwell: dwellMs = DWELL_DEFAULT_MS, minUnits = MIN_UNITS_DEFAULT } = options;
  const isPreset = [options.stages, options.dwell, options.minUnits].every((one) => one === undefined);
  const stages = options.stages ?? STAGES_DEFAULT_PPM;
  return {
    flagKey,
    treatment: options.treatment ?? 'on',
    control: options.control ?? 'off',
    ...(isPreset ? {} : { stages: stages.map((treatmentPpm) => ({ treatmentPpm, dwellMs, minUnits })) }),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
    ...(options.unit === undefined ? {} : { unit: options.unit }),
    ...(options.bake === undefined ? {} : { bakeMs: options.bake }),
    ...(options.alpha === undefined ? {} : { alpha: options.alpha }),
    ...(options.guard === undefined ? {} : { guards: options.guard }),
  };
}

/** A plan from a file. It may leave the flag out, and must not name another. */
export function planOfFile(flagKey: string, file: { path: string; text: string }): Record<string, unknown> {
  let plan: unknown;
  try {
    plan = JSON.parse(file.text);
  } catch (error) {
    throw new UsageError(`${file.path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan)) {
    throw new UsageError(`${file.path}: expected a plan, which is a JSON object.`);
  }
  const named: unknown = 'flagKey' in plan ? plan.flagKey : flagKey;
  if (named !== flagKey) throw new UsageError(`${file.path} is a plan for the flag ${String(named)}, not ${flagKey}.`);
  return { ...plan, flagKey };
}
