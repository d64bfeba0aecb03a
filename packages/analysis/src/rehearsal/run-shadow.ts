import { activeOf } from '../rollout/active-of.ts';
import type { HoldReason } from '../rollout/hold.ts';
import { isBlocking } from '../rollout/hold.ts';
import type { KillCause, RolloutState } from '../rollout/state.ts';
import type { Draws } from './draws.ts';
import { LOOK_MS, type Shadow, type ShadowSetting, stepShadow } from './shadow.ts';

/** How one rehearsed rollout went. */
export interface ShadowRun {
  readonly end: 'succeeded' | 'killed' | 'rolledBack' | 'unfinished';
  /** At its last look. */
  readonly last: Shadow;
  readonly lookCount: number;
  /** From its start until everybody who is to have the treatment has it; null when it never came there. */
  readonly fullAfterMs: number | null;
  /** From its start, or from where it was copied, to its last look. */
  readonly elapsedMs: number;
  readonly passages: readonly Passage[];
}

/** One stage of one run. */
export interface Passage {
  readonly stageIndex: number;
  readonly end: 'left' | 'killed' | 'rolledBack' | 'unfinished';
  /**
   * Left: the hold that was the last to end, the timer where no other outlasted it. Rolled back: the hold whose deadline
   * passed. Unfinished: what holds it still. Null where nothing did, or harm was shown.
   */
  readonly by: HoldReason | null;
}

/** Looks of one run: at the pace below a stage of 90 days is about a hundred of them, and a plan has at most fifty stages. */
const LOOKS_MAX = 5_000;
/** As long as a plan's longest wait. */
const HORIZON_MS = 90 * 86_400_000;
/**
 * After a stage has lasted for long, looks come further apart: by this part of what has passed. So every instant is known
 * to within a tenth, or ten seconds, and a rollout of weeks takes hardly more looks than one of hours.
 */
const PACE = 1 / 10;

/** Carries a shadow on until it ends, or to its kill alone. Yields after every look, so that its caller may breathe. */
export function* runShadow(
  setting: ShadowSetting,
  start: Shadow,
  { draws, looksMax = LOOKS_MAX }: { readonly draws: Draws; readonly looksMax?: number },
): Generator<void, ShadowRun> {
  const startMs = start.nowMs;
  const passages: Passage[] = [];
  let shadow = start;
  let lookCount = 0;
  let startedAtMs = startOf(start.state);
  let fullAtMs: number | null = null;
  // What is scheduled begins with its first look.
  let stepMs = startedAtMs === null ? 0 : LOOK_MS;
  for (; lookCount < looksMax && shadow.nowMs - startMs < HORIZON_MS; lookCount++) {
    const before = shadow;
    shadow = stepShadow(setting, before, { stepMs, draws });
    startedAtMs ??= startOf(shadow.state);
    if (fullAtMs === null && shadow.state.kind === 'baking') fullAtMs = shadow.nowMs;
    const passage = findPassage(before, shadow);
    if (passage !== null) passages.push(passage);
    yield;
    if (endOf(shadow.state) !== null) break;
    stepMs = nextStepMs(shadow, startMs);
  }
  const end = endOf(shadow.state) ?? 'unfinished';
  const stage = activeOf(shadow.state);
  if (end === 'unfinished' && stage !== null) {
    passages.push({ stageIndex: stage.stageIndex, end, by: lastHoldOf(shadow.state, shadow.nowMs) });
  }
  return {
    end,
    last: shadow,
    lookCount: lookCount + (end === 'unfinished' ? 0 : 1),
    fullAfterMs: fullAtMs === null ? null : fullAtMs - (startedAtMs ?? startMs),
    elapsedMs: shadow.nowMs - Math.max(startMs, startedAtMs ?? startMs),
    passages,
  };
}

function endOf(state: RolloutState): Exclude<ShadowRun['end'], 'unfinished'> | null {
  switch (state.kind) {
    // What is held back gets the treatment at its time, whatever comes: only harm could end it otherwise.
    case 'heldBack':
    case 'succeeded':
      return 'succeeded';
    case 'aborting':
    case 'rolledBack':
    case 'frozen':
      return isHarm(state.cause) ? 'killed' : 'rolledBack';
    case 'cancelled':
    case 'superseded':
      return 'rolledBack';
    case 'draft':
    case 'scheduled':
    case 'progressing':
    case 'baking':
    case 'paused':
      return null;
    default:
      return state satisfies never;
  }
}

/** The stage that a look ended; null while it lasts. */
function findPassage(before: Shadow, { state }: Shadow): Passage | null {
  const stage = activeOf(before.state);
  if (stage === null) return null;
  const { stageIndex } = stage;
  const end = endOf(state);
  if (end === 'killed') return { stageIndex, end, by: null };
  if (end === 'rolledBack') return { stageIndex, end, by: deadlineOf(state) };
  const now = activeOf(state);
  if (now !== null && now.stageIndex === stageIndex && now.kind === stage.kind) return null;
  // The last stage is entered for good: its bake is part of it.
  return { stageIndex, end: 'left', by: lastHoldOf(before.state, before.nowMs) ?? 'stage-timer' };
}

function startOf(state: RolloutState): number | null {
  const stage = activeOf(state);
  return stage === null ? null : (stage.startedAtMs ?? stage.stageEnteredAtMs);
}

/** Of several, the one that says more than that time had to pass. */
function lastHoldOf(state: RolloutState, nowMs: number): HoldReason | null {
  const stage = activeOf(state);
  const blocking = (stage?.holds ?? []).filter((hold) => isBlocking(hold, nowMs));
  return (blocking.find(({ reason }) => reason !== 'stage-timer') ?? blocking[0])?.reason ?? null;
}

function deadlineOf(state: RolloutState): HoldReason | null {
  if (!('cause' in state)) return null;
  if (state.cause.kind === 'experiment') return 'experiment';
  return state.cause.kind === 'deadline' ? state.cause.hold : null;
}

function isHarm(cause: KillCause): boolean {
  return cause.kind === 'harm';
}

/** Never past an instant at which something ends by itself. */
function nextStepMs({ state, nowMs }: Shadow, startMs: number): number {
  const stage = activeOf(state);
  // Of a copy, from where it was copied: its harm is as old as that.
  const lastedMs = nowMs - Math.max(startMs, stage?.stageEnteredAtMs ?? startMs);
  const stepMs = Math.max(LOOK_MS, Math.floor((lastedMs * PACE) / LOOK_MS) * LOOK_MS);
  const holds = 'holds' in state ? (state.holds ?? []) : [];
  const dues = [...holds.map(({ untilMs }) => untilMs), state.kind === 'scheduled' ? state.startAtMs : null];
  return dues.reduce<number>(
    (step, atMs) => (atMs !== null && atMs > nowMs ? Math.min(step, atMs - nowMs) : step),
    stepMs,
  );
}
