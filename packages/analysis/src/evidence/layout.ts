import type { EpochGuard } from './epoch.ts';
import { binsOf, type HistogramBins } from './histogram-bins.ts';
import type { Measure } from './metric.ts';

/**
 * Where the numbers of an epoch's guards live, worked out once when it opens. Per cell each guard has a few sums, side by
 * side; per open window each sum that is still growing has one total.
 */
export interface Layout {
  readonly guards: readonly GuardLayout[];
  /** What outcomes feed: one per guard, and a second for what a ratio is per. */
  readonly inputs: readonly Input[];
  readonly sumsPerCell: number;
  readonly totalsPerWindow: number;
  /** Distinct lengths of windows, shortest first, and the guards that each settles. */
  readonly windows: readonly { readonly windowMs: number; readonly guards: readonly GuardLayout[] }[];
  readonly histogramCount: number;
  readonly limitCount: number;
  /** Guards that know a treated unit as soon as it is exposed. */
  readonly instantLimits: readonly number[];
}

export interface GuardLayout {
  readonly key: string;
  readonly measure: Measure;
  /** The first of its sums in a cell, and how many they are. */
  readonly offset: number;
  readonly sumCount: number;
  /** The first of its totals in a window. */
  readonly slot: number;
  /** Where a guard with a `maxRate` counts treated units; -1 for others. */
  readonly limit: number;
  readonly histogram: { readonly index: number; readonly bins: HistogramBins } | null;
}

export type Input =
  | { readonly kind: 'event'; readonly guard: number; readonly offset: number; readonly limit: number }
  | { readonly kind: 'bin'; readonly guard: number; readonly histogram: number; readonly bins: HistogramBins }
  | TotalInput;

export interface TotalInput {
  readonly kind: 'total';
  readonly guard: number;
  readonly slot: number;
  /** What an outcome does to the total of its unit's window. */
  readonly adds: 'presence' | 'one' | 'value';
  readonly windowMs: number;
  /** Index among the lengths of windows. */
  readonly length: number;
}

export function layoutOf(guards: readonly EpochGuard[]): Layout {
  const measures = guards.map(measureOf);
  const lengths = [...new Set(measures.flatMap((measure) => windowOf(measure) ?? []))].sort((a, b) => a - b);
  const [layouts, inputs, instantLimits]: [GuardLayout[], Input[], number[]] = [[], [], []];
  const used = { sums: 0, totals: 0, histograms: 0, limits: 0 };
  for (const [guard, measure] of measures.entries()) {
    const { key, maxRate } = guards[guard] ?? { key: '' };
    const isLimited = measure.kind === 'binary' && maxRate !== undefined;
    const layout: GuardLayout = {
      key,
      measure,
      offset: used.sums,
      sumCount: sumCountOf(measure),
      slot: used.totals,
      limit: isLimited ? used.limits : -1,
      histogram: measure.kind === 'histogram' ? { index: used.histograms, bins: binsOf(measure) } : null,
    };
    layouts.push(layout);
    inputs.push(...inputsOf(layout, guard, lengths));
    if (isLimited && measure.windowMs === undefined) instantLimits.push(layout.limit);
    used.sums += layout.sumCount;
    used.totals += totalCountOf(measure);
    used.histograms += layout.histogram === null ? 0 : 1;
    used.limits += isLimited ? 1 : 0;
  }
  return {
    guards: layouts,
    inputs,
    sumsPerCell: used.sums,
    totalsPerWindow: used.totals,
    windows: lengths.map((windowMs) => ({
      windowMs,
      guards: layouts.filter(({ measure }) => windowOf(measure) === windowMs),
    })),
    histogramCount: used.histograms,
    limitCount: used.limits,
    instantLimits,
  };
}

/** Which outcomes an input hears. Those of one key are the same outcomes, and are treated alike. */
export interface Feed {
  readonly key: string;
  readonly event: string;
  /** Only values between the two count. */
  readonly above: number;
  readonly below: number;
  readonly browserEvidence: boolean;
  /** Whether outcomes are summed, so that each of them matters. */
  readonly isSummed: boolean;
}

/** One count per limit. */
export function noLateEvents({ limitCount }: Layout): number[] {
  return Array.from({ length: limitCount }, () => 0);
}

/** Which outcomes feed each input, in the order of `Layout.inputs`. */
export function listFeeds(guards: readonly EpochGuard[], { inputs }: Layout): readonly Feed[] {
  const heard = guards.flatMap((guard) => {
    const { event, countsWhen, browserEvidence } = guard;
    const own = { event, countsWhen, browserEvidence };
    // What a ratio is per counts whole: the bound is for its own event.
    return guard.kind === 'ratio' ? [own, { ...own, event: guard.perEvent, countsWhen: undefined }] : [own];
  });
  return heard.map(({ event, countsWhen, browserEvidence }, index): Feed => {
    const isSummed = isSummedBy(inputs[index]);
    return {
      key: JSON.stringify([event, countsWhen ?? null, browserEvidence, isSummed]),
      event,
      above: countsWhen !== undefined && 'above' in countsWhen ? countsWhen.above : Number.NEGATIVE_INFINITY,
      below: countsWhen !== undefined && 'below' in countsWhen ? countsWhen.below : Number.POSITIVE_INFINITY,
      browserEvidence,
      isSummed,
    };
  });
}

function isSummedBy(input: Input | undefined): boolean {
  return input?.kind === 'total' && input.adds !== 'presence';
}

/** What a guard measures, without what else it says. */
export function measureOf(guard: EpochGuard): Measure {
  switch (guard.kind) {
    case 'count':
    case 'mean': {
      const { kind, windowMs, capAt } = guard;
      return { kind, windowMs, ...(capAt === undefined ? {} : { capAt }) };
    }
    case 'ratio':
      return { kind: 'ratio', perEvent: guard.perEvent, windowMs: guard.windowMs };
    case 'histogram': {
      const { min, max } = binsOf(guard);
      return { kind: 'histogram', min, max };
    }
    default:
      return guard.windowMs === undefined ? { kind: 'binary' } : { kind: 'binary', windowMs: guard.windowMs };
  }
}

function windowOf(measure: Measure): number | undefined {
  return measure.kind === 'histogram' ? undefined : measure.windowMs;
}

function inputsOf(layout: GuardLayout, guard: number, lengths: readonly number[]): readonly Input[] {
  const { measure, offset, slot, limit, histogram } = layout;
  if (histogram !== null) return [{ kind: 'bin', guard, histogram: histogram.index, bins: histogram.bins }];
  const windowMs = windowOf(measure);
  if (windowMs === undefined) return [{ kind: 'event', guard, offset, limit }];
  const total = { kind: 'total', guard, windowMs, length: lengths.indexOf(windowMs) } as const;
  switch (measure.kind) {
    case 'binary':
      return [{ ...total, slot, adds: 'presence' }];
    case 'count':
      return [{ ...total, slot, adds: 'one' }];
    case 'ratio':
      return [
        { ...total, slot, adds: 'value' },
        { ...total, slot: slot + 1, adds: 'value' },
      ];
    default:
      return [{ ...total, slot, adds: 'value' }];
  }
}

/**
 * The additive statistics of a kind, in this order:
 *
 *     binary, at any time    units that counted
 *     binary, in a window    units settled, units that counted
 *     count, mean            units settled, sum, sum of squares
 *     ratio                  units settled, sums of y, z, yy, zz, yz
 */
function sumCountOf(measure: Measure): number {
  switch (measure.kind) {
    case 'binary':
      return measure.windowMs === undefined ? 1 : 2;
    case 'count':
    case 'mean':
      return 3;
    case 'ratio':
      return 6;
    case 'histogram':
      return 0;
    default:
      throw measure satisfies never;
  }
}

function totalCountOf(measure: Measure): number {
  if (windowOf(measure) === undefined) return 0;
  return measure.kind === 'ratio' ? 2 : 1;
}
