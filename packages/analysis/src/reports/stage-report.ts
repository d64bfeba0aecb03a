import type { ArmPair, GuardSums, MeanSums, RateSums, TickStratum } from '../statistics/engine/tick.ts';
import { holm } from './adjust-p-values.ts';
import { type BetaPosteriorReport, betaPosterior } from './beta-posterior.ts';
import { type ChiSquareReport, chiSquareOfFit } from './chi-square.ts';
import { deltaMethod, type RatioReport } from './delta-method.ts';
import { type FisherReport, fisherExact } from './fisher-exact.ts';
import { type KolmogorovSmirnovReport, kolmogorovSmirnovOfGroups } from './kolmogorov-smirnov.ts';
import { type MannWhitneyReport, mannWhitneyOfGroups } from './mann-whitney.ts';
import { groupsOfBins, unitsOf } from './tied-groups.ts';
import { type TwoProportionReport, twoProportion } from './two-proportion.ts';
import { type Moments, type WelchReport, welchT } from './welch-t.ts';

export interface StageReport {
  readonly validity: 'fixed-sample';
  /** Whether the arms have the sizes that were designed; null without units, or without a coin. */
  readonly sampleRatio: ChiSquareReport | null;
  readonly guards: Readonly<Record<string, GuardReport>>;
}

/** What the tests say that suit the guard's kind; none while an arm has too few units for them. */
export type GuardReport = {
  /** Two-sided p of the first test, raised for the number of guards (Holm); null without a test. */
  readonly adjustedP: number | null;
} & GuardTests;

type GuardTests =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'rate';
      readonly twoProportion: TwoProportionReport;
      /** Null beyond a hundred thousand events, where the z test is as good. */
      readonly fisher: FisherReport | null;
      readonly posterior: BetaPosteriorReport;
    }
  | {
      readonly kind: 'histogram';
      readonly mannWhitney: MannWhitneyReport;
      readonly kolmogorovSmirnov: KolmogorovSmirnovReport;
    }
  | { readonly kind: 'mean'; readonly welch: WelchReport }
  | { readonly kind: 'ratio'; readonly deltaMethod: RatioReport };

/** The exact test visits every table with the same totals. */
const FISHER_EVENTS_MAX = 100_000;
/** Before the stage any rate was as likely as any other. */
const FLAT_PRIOR = { a: 1, b: 1 };

/**
 * All classical tests that suit what one finished stage measured in one stratum, for a person to read. For one look:
 * not valid under repeated looks, and nothing to ramp or kill by. Strata differ in base rate, so each has its own
 * report. Values are winsorised and rates closed as the evidence has them.
 */
export function reportStage(stage: TickStratum, level: number): StageReport {
  const tests = Object.entries(stage.guards).map(([key, sums]) => ({ key, tests: testsOf(sums, level) }));
  const ps = tests.flatMap(({ tests }) => mainP(tests) ?? []);
  const adjusted = holm(ps).values();
  const guards = tests.map(({ key, tests }): [string, GuardReport] => [
    key,
    { ...tests, adjustedP: mainP(tests) === null ? null : (adjusted.next().value ?? null) },
  ]);
  return { validity: 'fixed-sample', sampleRatio: sampleRatioOf(stage), guards: Object.fromEntries(guards) };
}

export interface StratumReport extends StageReport {
  /** The stage that the units were control of before; null for units that were new. */
  readonly formerControlOf: number | null;
  readonly treatmentShare: number;
  readonly units: ArmPair<number>;
}

/** The reports of all strata of a stage. */
export function reportStrata(strata: readonly ReportedStratum[], level: number): readonly StratumReport[] {
  return strata.map((stratum) => {
    const { formerControlOf, treatmentShare, units } = stratum;
    return { formerControlOf, treatmentShare, units, ...reportStage(stratum, level) };
  });
}

type ReportedStratum = TickStratum & { readonly formerControlOf: number | null };

function sampleRatioOf({ treatmentShare, units }: TickStratum): ChiSquareReport | null {
  if (units.control + units.treatment === 0 || treatmentShare <= 0 || treatmentShare >= 1) return null;
  return chiSquareOfFit([units.control, units.treatment], [1 - treatmentShare, treatmentShare]);
}

function testsOf({ control, treatment }: ArmPair<GuardSums>, level: number): GuardTests {
  if (control.kind === 'rate' && treatment.kind === 'rate') return testsOfRate({ control, treatment }, level);
  if (control.kind === 'histogram' && treatment.kind === 'histogram') {
    const groups = groupsOfBins({ control: control.bins, treatment: treatment.bins });
    const units = unitsOf(groups);
    if (units.control === 0 || units.treatment === 0) return { kind: 'none' };
    return {
      kind: 'histogram',
      mannWhitney: mannWhitneyOfGroups(groups),
      kolmogorovSmirnov: kolmogorovSmirnovOfGroups(groups),
    };
  }
  if (control.kind === 'mean' && treatment.kind === 'mean') {
    if (control.units === 0 || treatment.units === 0) return { kind: 'none' };
    return { kind: 'mean', welch: welchT(momentsOfSums(control), momentsOfSums(treatment), level) };
  }
  if (control.kind === 'ratio' && treatment.kind === 'ratio') {
    const report = deltaMethod(control, treatment, level);
    return report === null ? { kind: 'none' } : { kind: 'ratio', deltaMethod: report };
  }
  throw new Error(`A guard has sums of kind ${control.kind} in control and ${treatment.kind} in treatment.`);
}

function testsOfRate({ control, treatment }: ArmPair<RateSums>, level: number): GuardTests {
  if (control.units === 0 || treatment.units === 0) return { kind: 'none' };
  const [ofControl, ofTreatment] = [proportionOf(control), proportionOf(treatment)];
  const events = ofControl.hits + ofTreatment.hits;
  const outcomes = ({ hits, units }: { hits: number; units: number }) => ({ yes: hits, no: units - hits });
  return {
    kind: 'rate',
    twoProportion: twoProportion(ofControl, ofTreatment, level),
    fisher: events <= FISHER_EVENTS_MAX ? fisherExact(outcomes(ofControl), outcomes(ofTreatment)) : null,
    posterior: betaPosterior({ control: ofControl, treatment: ofTreatment, prior: FLAT_PRIOR, level }),
  };
}

/** A unit counts once, so there are no more events than units. */
function proportionOf({ units, events }: RateSums): { hits: number; units: number } {
  return { hits: Math.min(events, units), units };
}

function momentsOfSums({ units, sum, sumSquares }: MeanSums): Moments {
  const mean = sum / units;
  return { count: units, mean, variance: units < 2 ? 0 : Math.max(0, sumSquares - sum * mean) / (units - 1) };
}

function mainP(tests: GuardTests): number | null {
  switch (tests.kind) {
    case 'none':
      return null;
    case 'rate':
      return tests.twoProportion.p.twoSided;
    case 'histogram':
      return tests.mannWhitney.approximate.twoSided;
    case 'mean':
      return tests.welch.p.twoSided;
    case 'ratio':
      return tests.deltaMethod.p.twoSided;
    default:
      return tests satisfies never;
  }
}
