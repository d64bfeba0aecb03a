import {
  type ArmPair,
  createEngine,
  type EngineConfig,
  type EngineGuard,
  type EngineState,
  foldTick,
  type GuardSums,
  readEngine,
  type Tick,
} from '@tidegate/analysis';
import { type BenchTable, median } from './table.ts';

const GUARDS = 20;
const TICKS = 2_000;
const ROUNDS = 7;
const STAGES = [0.01, 0.05, 0.25, 0.5];
const BINS = 96;

interface Contestant {
  readonly guard: (key: string) => EngineGuard;
  /** A different tick each time, in a cycle: what traffic of some hundred units makes. */
  readonly sums: (tick: number) => ArmPair<GuardSums>;
}

const CONTESTANTS: Readonly<Record<string, Contestant>> = {
  'rate: errors': {
    guard: (key) => ({ key, kind: 'rate', law: 'design', harm: 'up', margins: [10, 3, 1.5, 1.2] }),
    sums: rateSums,
  },
  'rate: conversion with its window': {
    guard: (key) => ({ key, kind: 'rate', law: 'hypergeometric', harm: 'down', margins: [0.5, 0.8, 0.9, 0.95] }),
    sums: rateSums,
  },
  'limit of its own': { guard: (key) => ({ key, kind: 'limit', maxRate: 0.02 }), sums: rateSums },
  'mean: revenue': {
    guard: (key) => ({ key, kind: 'mean', harm: 'down', minUnits: 100, margins: [0.5, 0.8, 0.9, 0.95] }),
    sums: (tick) => ({ control: meanSums(180, tick), treatment: meanSums(20, tick + 1) }),
  },
  [`histogram: latency, ${BINS} bins`]: {
    guard: (key) => ({ key, kind: 'histogram', harm: 'up', binCount: BINS, margins: [1.5, 1.25, 1.1, 1.05] }),
    sums: (tick) => ({ control: histogramSums(180, tick), treatment: histogramSums(20, tick + 3) }),
  },
};

/** How many guards one core takes through a tick, fold and reading, and what it remembers of each. */
export async function engineBench(): Promise<BenchTable> {
  const folds: Record<string, number[]> = {};
  const reads: Record<string, number[]> = {};
  const bytes: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, contestant] of Object.entries(CONTESTANTS)) {
      const { foldsPerMs, readsPerMs, state } = run(contestant);
      folds[name] = [...(folds[name] ?? []), foldsPerMs];
      reads[name] = [...(reads[name] ?? []), readsPerMs];
      bytes[name] = JSON.stringify(state.guards[0]).length;
    }
  }
  const rate = (perMs: readonly number[] | undefined) => `${Math.round(median(perMs ?? [])).toLocaleString('en')} k/s`;
  return {
    title: 'The engine of evidence: ticks of sums into a decision',
    method:
      `${GUARDS} guards of one kind in one rollout, ${TICKS.toLocaleString('en')} ticks of 200 units over ${STAGES.length} ` +
      `stages with a stratum each, one core, medians of ${ROUNDS} rounds after the first to warm up. A metric-tick is one ` +
      'guard in one tick. State is what JSON takes for one guard after the last tick.',
    rows: Object.keys(CONTESTANTS).map((guard) => ({
      guard,
      'folded, metric-ticks': rate(folds[guard]?.slice(1)),
      'read, metrics': rate(reads[guard]?.slice(1)),
      'state, bytes a metric': bytes[guard] ?? Number.NaN,
    })),
  };
}

function run({ guard, sums }: Contestant): { foldsPerMs: number; readsPerMs: number; state: EngineState } {
  const keys = Array.from({ length: GUARDS }, (_, index) => `guard ${index}`);
  const config: EngineConfig = { stageCount: STAGES.length, guards: keys.map(guard) };
  const weights = Object.fromEntries(keys.map((key) => [key, 1]));
  const ticks = Array.from({ length: TICKS }, (_, index) => tickOf(index, keys, sums));
  const startedAtMs = performance.now();
  const state = ticks.reduce((state, tick) => foldTick(config, state, tick), createEngine(config));
  const foldedAtMs = performance.now();
  for (let look = 0; look < TICKS; look++) readEngine(config, state, { alpha: 0.05, weights });
  const readAtMs = performance.now();
  const count = GUARDS * TICKS;
  return { foldsPerMs: count / (foldedAtMs - startedAtMs), readsPerMs: count / (readAtMs - foldedAtMs), state };
}

function tickOf(index: number, keys: readonly string[], sums: Contestant['sums']): Tick {
  const stageIndex = Math.floor((index * STAGES.length) / TICKS);
  const treatmentShare = STAGES[stageIndex] ?? 0.5;
  const guards = Object.fromEntries(keys.map((key, guard) => [key, sums(index + guard)]));
  return { stageIndex, strata: [{ stageIndex, treatmentShare, units: { control: 180, treatment: 20 }, guards }] };
}

function rateSums(tick: number): ArmPair<GuardSums> {
  return {
    control: { kind: 'rate', units: 180, events: tick % 5 },
    treatment: { kind: 'rate', units: 20, events: tick % 7 === 0 ? 1 : 0 },
  };
}

function meanSums(units: number, tick: number): GuardSums {
  const sum = units * (1 + (tick % 11) / 20);
  return { kind: 'mean', units, sum, sumSquares: sum * 40 };
}

/** Observations that spread over a quarter of the bins, as latency in one tick does. */
function histogramSums(units: number, tick: number): GuardSums {
  const bins: Record<number, number> = {};
  for (let unit = 0; unit < units; unit++) {
    const bin = 30 + ((unit * unit + tick * 7) % 23);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { kind: 'histogram', bins };
}
