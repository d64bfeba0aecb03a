import type { DecisionView, RolloutView } from '@tidegate/protocol/types';

export interface SharePoint {
  readonly atMs: number;
  /** The share of treatment from this instant on. */
  readonly ppm: number;
}

export interface ShareTimeline {
  /** What was served, by the decisions. */
  readonly past: readonly SharePoint[];
  /** What comes at the earliest, if nothing holds longer than the stages' own timers. Empty once it is over. */
  readonly ahead: readonly SharePoint[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** A rollout without a past is drawn over at least this long. */
const SPAN_MS_MIN = 10_000;

/** The percentage over time: decisions in any order, and the plan from now on. */
export function shareTimeline(
  { plan, state, createdAtMs }: Pick<RolloutView, 'plan' | 'state' | 'createdAtMs'>,
  decisions: readonly Pick<DecisionView, 'atMs' | 'decision' | 'sequence'>[],
  nowMs: number,
): ShareTimeline {
  const past = [...decisions]
    .sort((one, other) => one.sequence - other.sequence)
    .flatMap(({ atMs, decision: { serve } }) => {
      if (serve === undefined) return [];
      if (serve.kind === 'stage') return [{ atMs, ppm: plan.stages[serve.stageIndex]?.treatmentPpm ?? 0 }];
      if (serve.kind === 'lowered') return [{ atMs, ppm: serve.treatmentPpm }];
      return [{ atMs, ppm: serve.kind === 'treatment' ? 1_000_000 : 0 }];
    });
  const ahead = aheadOf(plan, state, nowMs);
  const fromMs = past[0]?.atMs ?? Math.min(createdAtMs, nowMs);
  const isOver = ahead.length === 0;
  const last = past.at(-1)?.atMs ?? nowMs;
  // What is over ends a little after its last change, so that this can be seen.
  const endMs = isOver ? last + Math.max(2_000, (last - fromMs) * 0.15) : nowMs;
  const toMs = Math.max(fromMs + SPAN_MS_MIN, endMs, ahead.at(-1)?.atMs ?? 0);
  return { past, ahead, fromMs, toMs };
}

function aheadOf(plan: RolloutView['plan'], state: RolloutView['state'], nowMs: number): readonly SharePoint[] {
  if (state.kind === 'scheduled') return climb(plan, 0, Math.max(nowMs, state.startAtMs));
  if (state.kind !== 'progressing' && state.kind !== 'baking') return [];
  const now = plan.stages[state.stageIndex];
  const stayMs = state.kind === 'baking' ? plan.bakeMs : (now?.dwellMs ?? 0);
  const leavesAtMs = Math.max(nowMs, state.stageEnteredAtMs + stayMs);
  const ppm = now?.treatmentPpm ?? 0;
  return [{ atMs: nowMs, ppm }, ...climb(plan, state.stageIndex + 1, leavesAtMs)];
}

function climb(plan: RolloutView['plan'], firstIndex: number, beginsAtMs: number): readonly SharePoint[] {
  const points: SharePoint[] = [];
  let atMs = beginsAtMs;
  for (const { treatmentPpm, dwellMs } of plan.stages.slice(firstIndex)) {
    points.push({ atMs, ppm: treatmentPpm });
    atMs += treatmentPpm === 1_000_000 ? plan.bakeMs : dwellMs;
  }
  return [...points, { atMs, ppm: plan.stages.at(-1)?.treatmentPpm ?? 0 }];
}

/** Small shares are what a ramp begins with, so they are given room: by the square root, 1 % stands at a tenth. */
export function heightOfShare(ppm: number): number {
  return Math.sqrt(Math.min(1, Math.max(0, ppm / 1_000_000)));
}

interface LabelledInput {
  /** Of the stages, from the smallest up. */
  readonly shares: readonly number[];
  /** The share of the stage that is on. */
  readonly present: number | undefined;
  /** What a label needs of the whole height. */
  readonly room: number;
}

/** The shares whose labels do not lie over one another: the present one, the last, and what fits between, from below. */
export function labelledShares({ shares, present, room }: LabelledInput): ReadonlySet<number> {
  const labelled = new Set<number>();
  for (const share of [present, shares.at(-1), ...shares]) {
    if (share === undefined) continue;
    const isFree = [...labelled].every((other) => Math.abs(heightOfShare(other) - heightOfShare(share)) >= room);
    if (isFree) labelled.add(share);
  }
  return labelled;
}

/** A line in steps, as an SVG path: it stays at a share until the next one. */
export function stepPath(
  points: readonly SharePoint[],
  endMs: number,
  place: { readonly x: (atMs: number) => number; readonly y: (ppm: number) => number },
): string {
  const round = (value: number) => Math.round(value * 10) / 10;
  let path = '';
  for (const [index, { atMs, ppm }] of points.entries()) {
    path +=
      index === 0
        ? `M${round(place.x(atMs))} ${round(place.y(ppm))}`
        : `H${round(place.x(atMs))}V${round(place.y(ppm))}`;
  }
  return path === '' ? '' : `${path}H${round(place.x(Math.max(endMs, points.at(-1)?.atMs ?? endMs)))}`;
}
