import { reportRamps } from './ramp-policy.ts';
import { runStudy, type StudyReport } from './run-study.ts';
import {
  conversionStudies,
  errorCells,
  evenSplitStudies,
  harmlessStudies,
  latencyShiftStudy,
  latencyTailStudy,
  lateStudies,
  mismatchStudy,
  oneOfManyStudy,
  rampedHarm,
  revenueFallStudy,
} from './situations.ts';
import type { Study } from './study.ts';

/** One line of a table: what was asked, what is aimed at, what came out. */
export interface Measured {
  readonly quantity: string;
  readonly target: string;
  readonly reached: string;
  readonly isMet: boolean;
}

export interface Measurements {
  /** Runs of a harmful study; harmless ones get twice as many. */
  readonly runs: number;
  readonly firstSeed: number;
  /** Called when a study is done: the whole takes minutes. */
  readonly onStudy: (study: Study, report: StudyReport) => void;
}

export interface StudyOutcome {
  readonly study: Study;
  readonly report: StudyReport;
}

/** Every false kill is one too many of these. */
export function measureHarmless(of: Measurements): readonly StudyOutcome[] {
  return [...harmlessStudies(), ...evenSplitStudies()].map((study) => outcomeOf(study, { ...of, runs: 2 * of.runs }));
}

export function measureErrorCells(of: Measurements): readonly StudyOutcome[] {
  return errorCells().map((study) => outcomeOf(study, of));
}

/** The aims beside what is reached: `docs/statistics.md` prints them. */
export function measureTargets(of: Measurements, cells: readonly StudyOutcome[]): readonly Measured[] {
  const ratios = cells.map(({ report }) => report.ratio?.mean ?? Number.POSITIVE_INFINITY);
  const worst = cells.reduce((one, other) => (ratioOf(one) > ratioOf(other) ? one : other));
  return [
    atMost(
      'errors: delay over the bound, mean of 30 cells',
      1.6,
      ratios.reduce((sum, one) => sum + one, 0) / ratios.length,
    ),
    atMost(`errors: worst cell (${worst.study.name})`, 2.2, ratioOf(worst)),
    ...[
      { ratio: 10, target: 45 },
      { ratio: 2, target: 1_400 },
    ].map(({ ratio, target }) => {
      const { report } = outcomeOf(rampedHarm(ratio), of);
      return atMost(`treated units before the kill, errors 1 % × ${ratio} on a ramp`, target, report.meanTreated);
    }),
    ...fullRamp(of),
    ...delayAims().map((one) => measureDelay(of, one)),
  ];
}

function fullRamp({ firstSeed, runs }: Measurements): readonly Measured[] {
  const seeds = seedsFrom(firstSeed, runs);
  const { medianMinutesToFull, full } = reportRamps(1, seeds);
  const doubling = reportRamps(2, seeds);
  return [
    {
      ...atMost('healthy flag: median minutes to full exposure', 50, medianMinutesToFull ?? Number.POSITIVE_INFINITY),
      reached: `${medianMinutesToFull?.toFixed(1)} (${full} of ${runs} ramps)`,
    },
    {
      quantity: 'errors × 2 on that ramp: killed before full exposure',
      target: '≥ 95 %',
      reached: shareText(doubling.killed, runs),
      isMet: doubling.killed >= 0.95 * runs,
    },
  ];
}

/** A situation, and how many times the units of the bound its harm may take. */
export interface DelayAim {
  readonly name: string;
  readonly study: Study;
  readonly aim: number;
}

/** The tests hold what the table aims at. */
export function delayAims(): readonly DelayAim[] {
  return [
    { study: latencyShiftStudy(), aim: 1.7 },
    { study: latencyTailStudy(), aim: 2.4 },
    ...conversionStudies().map((study) => ({ study, aim: 1.6 })),
    { study: revenueFallStudy(), aim: 1.3 },
    { study: mismatchStudy(), aim: 1.4 },
    ...lateStudies().map((study) => ({ study, aim: 4.2 })),
    { study: oneOfManyStudy(5), aim: 2.1 },
  ].map((one) => ({ name: one.study.name, ...one }));
}

function measureDelay(of: Measurements, { aim, name, study }: DelayAim): Measured {
  const { report } = outcomeOf(study, of);
  const { mean, error } = report.ratio ?? { mean: Number.POSITIVE_INFINITY, error: 0 };
  const missed = report.runs - report.stopped;
  return {
    quantity: `${name}: delay over the bound`,
    target: `≤ ${aim}`,
    reached: `${mean.toFixed(2)} ± ${error.toFixed(2)}${missed === 0 ? '' : `, ${missed} of ${report.runs} not found`}`,
    isMet: mean <= aim + 2 * error,
  };
}

function atMost(quantity: string, target: number, reached: number): Measured {
  return {
    quantity,
    target: `≤ ${target.toLocaleString('en')}`,
    reached: reached >= 100 ? Math.round(reached).toLocaleString('en') : reached.toFixed(2),
    isMet: reached <= target,
  };
}

export function ratioOf({ report }: StudyOutcome): number {
  return report.ratio?.mean ?? Number.POSITIVE_INFINITY;
}

/** A share with its binomial standard error. */
export function shareText(count: number, runs: number): string {
  const share = count / runs;
  const error = Math.sqrt((share * (1 - share)) / runs);
  return `${(100 * share).toFixed(1)} % ± ${(100 * error).toFixed(1)}`;
}

function outcomeOf(study: Study, { firstSeed, onStudy, runs }: Measurements): StudyOutcome {
  const report = runStudy(study, seedsFrom(firstSeed, runs));
  onStudy(study, report);
  return { study, report };
}

export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
