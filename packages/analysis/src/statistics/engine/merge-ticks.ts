import { addSums } from './add-sums.ts';
import type { ArmPair, GuardSums, Tick, TickStratum } from './tick.ts';

/**
 * One tick from the parts that shards or servers saw of it. Strata come out in one order, whatever order the parts are
 * in, and counts add exactly; so the merge of the same parts is the same tick, up to the rounding of sums of values.
 */
export function mergeTicks(parts: readonly [Tick, ...Tick[]]): Tick {
  const strata: TickStratum[] = [];
  for (const stratum of parts.flatMap((part) => part.strata)) {
    const at = strata.findIndex((one) => compare(one, stratum) === 0);
    const known = strata[at];
    if (known === undefined) strata.push(stratum);
    else strata[at] = mergeStrata(known, stratum);
  }
  return { stageIndex: parts[0].stageIndex, strata: strata.toSorted(compare) };
}

function compare(one: TickStratum, other: TickStratum): number {
  return one.stageIndex - other.stageIndex || one.treatmentShare - other.treatmentShare;
}

function mergeStrata(one: TickStratum, other: TickStratum): TickStratum {
  const keys = new Set([...Object.keys(one.guards), ...Object.keys(other.guards)]);
  return {
    stageIndex: one.stageIndex,
    treatmentShare: one.treatmentShare,
    units: {
      control: one.units.control + other.units.control,
      treatment: one.units.treatment + other.units.treatment,
    },
    guards: Object.fromEntries([...keys].map((key) => [key, mergeGuards(one.guards[key], other.guards[key])])),
  };
}

function mergeGuards(one: ArmPair<GuardSums> | undefined, other: ArmPair<GuardSums> | undefined): ArmPair<GuardSums> {
  if (one !== undefined && other !== undefined) {
    return {
      control: addSums(one.control, other.control),
      treatment: addSums(one.treatment, other.treatment),
    };
  }
  const known = one ?? other;
  if (known === undefined) throw new Error('A guard without sums has none to merge.');
  return known;
}
