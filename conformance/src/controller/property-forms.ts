import { logEvidenceOfRatios } from '@tidegate/analysis';
import {
  classifySeries,
  rankInterval,
  type SeriesClassification,
  type SeriesQuestion,
} from '@tidegate/analysis/series';
import type { CaseOutcome } from '../case-outcome.ts';
import { generatedSeries, normalFrom, uniforms } from './generated-series.ts';
import { type ClassifierCase, isOrdered, questionOf } from './series-forms.ts';
import { holds, nameOf, type SourcedCase, skipped } from './sourced-case.ts';

/** What must hold of every case of a file that compares series, and of judging as such. */
export function checkProperty(one: SourcedCase, cases: readonly ClassifierCase[]): CaseOutcome {
  const property = PROPERTIES[one.id ?? ''];
  if (property === undefined) return skipped(one, 'its words say of no property that is known here');
  const broken = property(
    cases.filter(({ experiment, control }) => Array.isArray(experiment) && Array.isArray(control)).map(questionOf),
    one,
  );
  return holds(nameOf(one), broken === undefined, `does not hold ${broken}`);
}

/** Where a property does not hold; undefined where it does. */
type Property = (questions: readonly SeriesQuestion[], one: SourcedCase) => string | undefined;

const PROPERTIES: Readonly<Record<string, Property>> = {
  'scale-invariance': findScaled,
  'swap-symmetry': findAsymmetric,
  'order-invariance': findOrdered,
  'interval-order': findInverted,
  'aa-false-alarm-iid': findAlarms,
  'aa-false-alarm-autocorrelated': () => [0.5, 0.8, 0.9].map(findAlarmsUnderNoise).find((flaw) => flaw !== undefined),
  'default-sensitivity': findFalseHarm,
};

const SCALES: readonly number[] = [1e-6, 1e-3, 1e3, 1e6];
const RELATIVE_MAX = 1e-9;

function findScaled(questions: readonly SeriesQuestion[]): string | undefined {
  for (const [index, question] of questions.entries()) {
    const plain = classifySeries(question);
    for (const scale of SCALES) {
      const scaled = classifySeries({
        ...question,
        treatment: question.treatment.map((point) => point * scale),
        control: question.control.map((point) => point * scale),
      });
      const isSame = scaled.verdict === plain.verdict && isScaled(plain.found, scaled.found, scale);
      if (!isSame) return `for case ${index + 1} times ${scale}`;
    }
  }
  return undefined;
}

type Found = SeriesClassification['found'];

/** Numbers of the plain interval, of which a difference near nothing may have lost its last digits. */
function isScaled(plain: Found, scaled: Found, scale: number): boolean {
  const [numbers, others] = [plain, scaled].map((found) =>
    found?.interval ? [found.interval.low, found.shift, found.interval.high] : [],
  );
  const size = Math.max(...(numbers ?? []).map(Math.abs), 0);
  return (numbers ?? []).every((number, index) => {
    const other = (others?.[index] ?? Number.NaN) / scale;
    return Math.abs(other - number) <= RELATIVE_MAX * size;
  });
}

/** Either way counts, and every effect: what is left is the direction of the difference. */
function eitherWay(question: SeriesQuestion): SeriesQuestion {
  const { rule } = question;
  const band = { low: 1, high: 1 };
  const open =
    rule.kind !== 'interval'
      ? rule
      : { ...rule, effect: { ...rule.effect, measure: 'mean-ratio', allowed: band } as const };
  return { ...question, direction: 'either', rule: open };
}

function findAsymmetric(questions: readonly SeriesQuestion[]): string | undefined {
  const mirrored: Readonly<Record<string, string>> = { high: 'low', low: 'high' };
  for (const [index, asked] of questions.entries()) {
    const question = eitherWay(asked);
    const plain = classifySeries(question);
    const swapped = classifySeries({ ...question, treatment: question.control, control: question.treatment });
    const isMirrored = swapped.verdict === (mirrored[plain.verdict] ?? plain.verdict);
    const [one, other] = [plain.found?.interval, swapped.found?.interval];
    const isNegated = (one?.low ?? 0) === -(other?.high ?? 0) && (one?.high ?? 0) === -(other?.low ?? 0);
    if (!isMirrored || !isNegated) return `for case ${index + 1}: ${JSON.stringify([plain, swapped])}`;
  }
  return undefined;
}

function findOrdered(questions: readonly SeriesQuestion[]): string | undefined {
  const reorder = (points: readonly number[]) => points.toSorted((one, other) => one - other).reverse();
  const index = questions.findIndex((question) => {
    const plain = classifySeries(question);
    const { treatment, control } = question;
    const again = classifySeries({ ...question, treatment: reorder(treatment), control: reorder(control) });
    return again.verdict !== plain.verdict || JSON.stringify(again.found) !== JSON.stringify(plain.found);
  });
  return index === -1 ? undefined : `for case ${index + 1}`;
}

function findInverted(questions: readonly SeriesQuestion[]): string | undefined {
  const index = questions.findIndex((question) => !isOrdered(classifySeries(question).found));
  if (index !== -1) return `for case ${index + 1}`;
  const isInverted = !isOrdered(rankInterval(generatedSeries('ties', 210), 0.98));
  return isInverted ? 'for generated ties' : undefined;
}

const RUN_COUNT = 10_000;
const LOOK_COUNT = 1_000;
/** As many as take half a second: normal numbers are dear. */
const NOISY_RUN_COUNT = 300;
const RATE = 0.1;
const ALPHA = 0.01;
/** An equal mixture of bets on these ratios; any other would do. */
const RATIOS: readonly number[] = [1.1, 1.3, 1.7, 2.5, 5, 15];

/**
 * Runs without any difference, looked at a thousand times each, with a tenth of a unit counted per look: how many are
 * ever killed by the test that kills. Between two units that count there is nothing new to look at, so the looks between
 * are drawn as one gap.
 */
function findAlarms(): string | undefined {
  const uniform = uniforms(7);
  const nextLook = (look: number) => look + 1 + Math.floor(Math.log(1 - uniform()) / Math.log(1 - RATE));
  return countAlarms(RUN_COUNT, uniform, nextLook);
}

/** The rate wanders from minute to minute and remembers where it was, as minute averages do; both arms live in it. */
function findAlarmsUnderNoise(memory: number): string | undefined {
  const uniform = uniforms(11);
  let noise = 0;
  const nextLook = (look: number) => {
    for (let minute = look + 1; minute < LOOK_COUNT; minute += 1) {
      noise = memory * noise + Math.sqrt(1 - memory * memory) * normalFrom(uniform);
      if (uniform() < Math.min(0.9, RATE * Math.exp(noise))) return minute;
    }
    return LOOK_COUNT;
  };
  const flaw = countAlarms(NOISY_RUN_COUNT, uniform, nextLook);
  return flaw && `with memory ${memory}${flaw}`;
}

/** `nextLook` says at which look after this one a unit counts next, in whichever arm. */
function countAlarms(runCount: number, uniform: () => number, nextLook: (look: number) => number): string | undefined {
  const isHarm = harmTable();
  let alarms = 0;
  for (let run = 0; run < runCount; run += 1) {
    const counts = { control: 0, treatment: 0 };
    let isKilled = false;
    for (let look = nextLook(-1); look < LOOK_COUNT && !isKilled; look = nextLook(look)) {
      if (uniform() < 0.5) counts.treatment += 1;
      else counts.control += 1;
      isKilled = isHarm(counts.treatment, counts.control);
    }
    if (isKilled) alarms += 1;
  }
  // Above this, a rate of exactly alpha is seen once in a million.
  const alarmsMax = runCount * ALPHA + 4.9 * Math.sqrt(runCount * ALPHA);
  return alarms <= alarmsMax ? undefined : `: ${alarms} of ${runCount} runs were killed`;
}

/** Each pair of counts is judged once: the evidence depends on nothing else. */
function harmTable(): (treatment: number, control: number) => boolean {
  const known = new Map<number, boolean>();
  return (treatment, control) => {
    const key = treatment * (LOOK_COUNT + 1) + control;
    const before = known.get(key);
    if (before !== undefined) return before;
    const isHarm = logEvidenceOfRatios([{ treatmentShare: 0.5, treatment, control }], RATIOS) >= Math.log(1 / ALPHA);
    known.set(key, isHarm);
    return isHarm;
  };
}

/** Two percent more at five percent of spread: real, and harmless to whoever allows five percent of control's mean. */
function findFalseHarm(): string | undefined {
  const uniform = uniforms(23);
  const points = (mean: number) => Array.from({ length: 60 }, () => mean + 5 * normalFrom(uniform));
  for (let repetition = 0; repetition < 200; repetition += 1) {
    const { verdict } = classifySeries({
      treatment: points(102),
      control: points(100),
      direction: 'either',
      rule: {
        kind: 'interval',
        confidence: 0.98,
        margin: { of: 'control-mean', amount: 0.05 },
        effect: { measure: 'mean-ratio', allowed: { low: 1, high: 1 }, critical: { low: 1, high: 1 } },
      },
      nan: 'remove',
      isCritical: false,
    });
    if (verdict !== 'pass') return `in repetition ${repetition + 1}`;
  }
  return undefined;
}
