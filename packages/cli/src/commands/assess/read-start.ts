import type { EngineConfig, EngineGuard, EngineTerms } from '@tidegate/analysis';
import {
  countOf,
  type JsonMember,
  listOf,
  memberOf,
  numberOf,
  objectOf,
  optional,
  textOf,
  wordOf,
} from './json-value.ts';

/** What a `start` message asks for. */
export interface RunTerms {
  readonly config: EngineConfig;
  readonly terms: EngineTerms;
  readonly policy: RampPolicy;
}

/** When a run goes to its next stage: never, when every margin is ruled out, or after a time. */
export type RampPolicy =
  | { readonly ramp: 'none' }
  | { readonly ramp: 'evidence'; readonly minTicks: number; readonly maxTicks: number | null }
  | { readonly ramp: 'timed'; readonly maxTicks: number };

const KINDS = ['binary', 'count', 'histogram', 'mean'] as const;
const RAMPS = ['none', 'evidence', 'timed'] as const;
const LAWS = ['design', 'poisson', 'hypergeometric'] as const;

const ALPHA = 0.05;
const MIN_UNITS = 100;
const MIN_TICKS = 6;
/** As many as the engine takes. */
const BINS_MAX = 1_024;
const STAGES_MAX = 1_000;
const MARGIN = { min: 1e-6, max: 1e6 };

export function readStart(config: JsonMember): RunTerms {
  const fields = objectOf(config);
  const at = (key: string) => memberOf(fields, key, config.path);
  const stages = optional(at('stages'), listOf) ?? [{ path: 'stages', value: 0.5 }];
  if (stages.length === 0 || stages.length > STAGES_MAX) {
    throw new TypeError(`${config.path}.stages: expected 1 to ${STAGES_MAX} shares, got ${stages.length}`);
  }
  for (const share of stages) numberOf(share, { min: 0, max: 1 });
  const metrics = listOf(at('metrics'));
  const guards = metrics.map((metric) => readGuard(metric, stages.length));
  const keys = new Set(guards.map(({ key }) => key));
  if (keys.size < guards.length) throw new TypeError(`${config.path}.metrics: expected different names`);
  const policy = optional(at('policy'), readPolicy) ?? { ramp: 'none' };
  const alphaRamp = optional(at('policy'), (policy) => alphaOf(memberOf(objectOf(policy), 'alphaRamp', policy.path)));
  const alphaSampleRatio = alphaOf(at('alphaSrm'));
  return {
    config: { stageCount: stages.length, guards },
    terms: {
      alpha: alphaOf(at('alpha')) ?? ALPHA,
      weights: Object.fromEntries(metrics.map((metric) => [nameOf(metric), weightOf(metric)])),
      ...(alphaSampleRatio === null ? {} : { alphaSampleRatio }),
      ...(alphaRamp === null ? {} : { alphaRamp }),
    },
    policy,
  };
}

function alphaOf(member: JsonMember): number | null {
  return optional(member, (alpha) => numberOf(alpha, { above: 0, below: 1 }));
}

function nameOf(metric: JsonMember): string {
  return textOf(memberOf(objectOf(metric), 'name', metric.path));
}

function weightOf(metric: JsonMember): number {
  return optional(memberOf(objectOf(metric), 'weight', metric.path), (weight) => numberOf(weight, { min: 0 })) ?? 1;
}

function readGuard(metric: JsonMember, stageCount: number): EngineGuard {
  const fields = objectOf(metric);
  const at = (key: string) => memberOf(fields, key, metric.path);
  const margins = optional(at('margins'), (margins) => readMargins(margins, stageCount));
  const common = {
    key: nameOf(metric),
    harm: wordOf(at('harm'), ['up', 'down']),
    ...(margins === null ? {} : { margins }),
  };
  const kind = wordOf(at('kind'), KINDS);
  switch (kind) {
    case 'binary':
    case 'count': {
      const law = optional(at('law'), (law) => wordOf(law, LAWS)) ?? 'design';
      const isHarmOf = common.harm === 'up' ? { min: 1, max: MARGIN.max } : { min: MARGIN.min, max: 1 };
      const tolerance = optional(at('tolerance'), (tolerance) => numberOf(tolerance, isHarmOf));
      return { ...common, kind: 'rate', law, ...(tolerance === null ? {} : { tolerance }) };
    }
    case 'histogram': {
      const binCount = countOf(at('bins'), { min: 1, max: BINS_MAX });
      const baseline = optional(at('baseline'), (baseline) => readBins(baseline, binCount));
      return { ...common, kind, binCount, ...(baseline === null ? {} : { baseline }) };
    }
    case 'mean': {
      const minUnits = optional(at('minUnits'), (units) => countOf(units, { min: 1 })) ?? MIN_UNITS;
      return { ...common, kind, minUnits };
    }
    default:
      return kind satisfies never;
  }
}

/** A margin per stage; the last one holds for the stages that come after it. */
function readMargins(margins: JsonMember, stageCount: number): readonly (number | null)[] {
  const given = listOf(margins).map((margin) => (margin.value === null ? null : numberOf(margin, MARGIN)));
  return Array.from({ length: stageCount }, (_, stageIndex) => given[stageIndex] ?? given.at(-1) ?? null);
}

/** Counts by bin. @throws TypeError for a bin that the histogram has not. */
export function readBins(bins: JsonMember, binCount: number): Readonly<Record<number, number>> {
  const counts = objectOf(bins);
  const read: Record<number, number> = {};
  for (const key of Object.keys(counts)) {
    const bin = Number(key);
    if (!Number.isInteger(bin) || bin < 0 || bin >= binCount) {
      throw new TypeError(`${bins.path}: expected bins from 0 to ${binCount - 1}, got ${JSON.stringify(key)}`);
    }
    read[bin] = countOf(memberOf(counts, key, bins.path));
  }
  return read;
}

function readPolicy(policy: JsonMember): RampPolicy {
  const fields = objectOf(policy);
  const at = (key: string) => memberOf(fields, key, policy.path);
  const ramp = optional(at('ramp'), (ramp) => wordOf(ramp, RAMPS)) ?? 'none';
  const maxTicks = optional(at('maxTicks'), (ticks) => countOf(ticks, { min: 1 }));
  switch (ramp) {
    case 'none':
      return { ramp };
    case 'evidence':
      return { ramp, minTicks: optional(at('minTicks'), (ticks) => countOf(ticks)) ?? MIN_TICKS, maxTicks };
    case 'timed':
      return { ramp, maxTicks: maxTicks ?? countOf(at('maxTicks'), { min: 1 }) };
    default:
      return ramp satisfies never;
  }
}
