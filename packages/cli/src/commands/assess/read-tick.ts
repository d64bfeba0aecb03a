import type { ArmPair, EngineGuard, GuardSums, Tick, TickStratum } from '@tidegate/analysis';
import { countOf, type JsonMember, listOf, memberOf, numberOf, objectOf, optional } from './json-value.ts';
import { readBins } from './read-start.ts';

/** The increments of a `tick` message, in the engine's form. */
export function readTick(message: JsonMember, guards: readonly EngineGuard[]): Tick {
  const fields = objectOf(message);
  return {
    stageIndex: countOf(memberOf(fields, 'stage', message.path)),
    strata: listOf(memberOf(fields, 'strata', message.path)).map((stratum) => readStratum(stratum, guards)),
  };
}

function readStratum(stratum: JsonMember, guards: readonly EngineGuard[]): TickStratum {
  const fields = objectOf(stratum);
  const at = (key: string) => memberOf(fields, key, stratum.path);
  const { control, treatment } = readArms(at('alloc'), (share) => numberOf(share, { min: 0 }));
  if (control + treatment <= 0) throw new TypeError(`${stratum.path}.alloc: expected shares that are not all 0`);
  const metrics = optional(at('metrics'), objectOf) ?? {};
  const sums = guards.flatMap((guard) => {
    const metric = memberOf(metrics, guard.key, `${stratum.path}.metrics`);
    return metric.value === undefined ? [] : [[guard.key, readArms(metric, (arm) => readSums(arm, guard))] as const];
  });
  return {
    stageIndex: countOf(at('stage')),
    treatmentShare: treatment / (control + treatment),
    units: optional(at('exposures'), (arms) => readArms(arms, (units) => countOf(units))) ?? {
      control: 0,
      treatment: 0,
    },
    guards: Object.fromEntries(sums),
  };
}

function readArms<Value>(arms: JsonMember, read: (arm: JsonMember) => Value): ArmPair<Value> {
  const fields = objectOf(arms);
  return {
    control: read(memberOf(fields, 'control', arms.path)),
    treatment: read(memberOf(fields, 'treatment', arms.path)),
  };
}

function readSums(arm: JsonMember, guard: EngineGuard): GuardSums {
  const fields = objectOf(arm);
  const at = (key: string) => memberOf(fields, key, arm.path);
  const units = countOf(at('n'));
  if (guard.kind === 'rate') return { kind: 'rate', units, events: countOf(at('events')) };
  if (guard.kind === 'histogram') {
    return { kind: 'histogram', bins: optional(at('hist'), (bins) => readBins(bins, guard.binCount)) ?? {} };
  }
  return { kind: 'mean', units, sum: numberOf(at('sum')), sumSquares: numberOf(at('sumsq'), { min: 0 }) };
}
