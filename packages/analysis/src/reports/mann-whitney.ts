import { normalTail } from './special-functions.ts';
import { doubledTails, NO_EVIDENCE, type TailProbabilities } from './tail-probabilities.ts';
import { groupsOfValues, type TiedGroup, unitsOf } from './tied-groups.ts';

/** From here on the exact law is left out: its cost is the square of this, about a tenth of a second. */
const EXACT_PAIRS_MAX = 4_000;

export interface MannWhitneyReport {
  readonly validity: 'fixed-sample';
  /** Pairs in which the treatment unit is larger; a tie counts half. */
  readonly uTreatment: number;
  readonly uControl: number;
  /** `uTreatment` as a share of all pairs: 0.5 is no difference. */
  readonly superiority: number;
  /** From the permutation law of U; null with ties, or with more than 4,000 pairs. */
  readonly exact: TailProbabilities | null;
  /** Normal approximation with tie correction, and continuity correction. */
  readonly approximate: TailProbabilities;
  /** The same without continuity correction. */
  readonly uncorrected: TailProbabilities;
}

/**
 * Is a value from treatment larger than one from control more often than not? Independent units, any distribution; the
 * null is that both arms have the same one. Arms without units, or without any difference, give p = 1.
 *
 * Mann and Whitney 1947 (exact law by their recursion); ties by Lehmann, Nonparametrics, 1.4. For one look at a
 * finished stage: not valid under repeated looks.
 */
export function mannWhitney(control: readonly number[], treatment: readonly number[]): MannWhitneyReport {
  return mannWhitneyOfGroups(groupsOfValues(control, treatment));
}

/** The same from a histogram: units of one bin count as tied, which costs little where bins are narrow. */
export function mannWhitneyOfGroups(groups: readonly TiedGroup[]): MannWhitneyReport {
  const units = unitsOf(groups);
  const pairs = units.control * units.treatment;
  const { rankSum, tieCubes } = rankTreatment(groups);
  const uTreatment = rankSum - (units.treatment * (units.treatment + 1)) / 2;
  const uControl = pairs - uTreatment;

  const total = units.control + units.treatment;
  const variance = (pairs / 12) * (total + 1 - tieCubes / (total * (total - 1)));
  const approximate = (correction: number) => {
    if (!(variance > 0)) return NO_EVIDENCE;
    const tail = (u: number) => normalTail((u - pairs / 2 - correction) / Math.sqrt(variance));
    return doubledTails({ greater: tail(uTreatment), less: tail(uControl) });
  };
  const isExact = tieCubes === 0 && pairs > 0 && pairs <= EXACT_PAIRS_MAX;
  return {
    validity: 'fixed-sample',
    uTreatment,
    uControl,
    superiority: pairs === 0 ? 0.5 : uTreatment / pairs,
    exact: isExact ? exactTails(uTreatment, units.control, units.treatment) : null,
    approximate: approximate(0.5),
    uncorrected: approximate(0),
  };
}

/** The sum of treatment's ranks, ties sharing their mean, and the sum of t³ - t over groups of t equal values. */
function rankTreatment(groups: readonly TiedGroup[]) {
  let before = 0;
  let rankSum = 0;
  let tieCubes = 0;
  for (const { control, treatment } of groups) {
    const size = control + treatment;
    rankSum += treatment * (before + (size + 1) / 2);
    tieCubes += size ** 3 - size;
    before += size;
  }
  return { rankSum, tieCubes };
}

function exactTails(u: number, controlCount: number, treatmentCount: number): TailProbabilities {
  // The law is the same with the arms exchanged, and takes less memory with the smaller one first.
  const law = lawOfU(Math.min(controlCount, treatmentCount), Math.max(controlCount, treatmentCount));
  const sum = (chances: Float64Array) => chances.reduce((total, chance) => total + chance, 0);
  return doubledTails({ greater: sum(law.subarray(u)), less: sum(law.subarray(0, u + 1)) });
}

/**
 * P(U = u) of `n` control and `m` treatment units without ties. The largest value of all is treatment's with
 * probability m/(n + m), and then beats all n; otherwise it beats nothing.
 */
function lawOfU(n: number, m: number): Float64Array {
  // laws[i] is the law for i control units and the treatment units so far.
  let laws = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let treatments = 1; treatments <= m; treatments += 1) {
    const next = [Float64Array.of(1)];
    for (let controls = 1; controls <= n; controls += 1) {
      const share = treatments / (controls + treatments);
      const law = new Float64Array(controls * treatments + 1);
      laws[controls]?.forEach((chance, u) => {
        law[u + controls] = share * chance;
      });
      next[controls - 1]?.forEach((chance, u) => {
        law[u] = (law[u] ?? 0) + (1 - share) * chance;
      });
      next.push(law);
    }
    laws = next;
  }
  return laws[n] ?? Float64Array.of(1);
}
