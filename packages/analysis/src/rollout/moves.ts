import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import { blockingHolds, findHolds } from './find-holds.ts';
import type { Held, Risen } from './found-hold.ts';
import { harmOf } from './harm-of.ts';
import { type Hold, isBlocking, isSameHold, RUNS_ON_UNWATCHED } from './hold.ts';
import { mayApprove, nextStageIndexOf } from './raise-holds.ts';
import { capOf, stageOf } from './stage-of.ts';
import type { Acceptance, ActiveState, KillCause, RolloutState } from './state.ts';
import { wasDown } from './was-down.ts';

export type CommandOf<Kind extends RolloutCommand['kind']> = Extract<RolloutCommand, { kind: Kind }>;
type StateOf<Kind extends RolloutState['kind']> = Extract<RolloutState, { kind: Kind }>;

/** A person's word does not take the place of other people's. */
const NEVER_PASSED: readonly Hold['reason'][] = ['approval', 'freeze'];

/** What a person may look at and accept, for the stage. */
const ACCEPTABLE: readonly Hold['reason'][] = ['inconclusive', 'marginal'];

/** Nothing changes, and that is as it should be. */
export function stay(state: RolloutState, reason: string): Decision {
  return { kind: 'hold', state, reason, changed: false };
}

/** A command that cannot be done here. */
export function refuse(state: RolloutState, reason: string): Decision {
  return { kind: 'refuse', state, reason, changed: false };
}

/** A draft begins to wait for its start. */
export function schedule({ plan, nowMs }: DecisionInput, { by, reason }: CommandOf<'start'>): Decision {
  const state: RolloutState = { kind: 'scheduled', startAtMs: Math.max(plan.startAtMs ?? nowMs, nowMs) };
  return { kind: 'schedule', state, reason: `Scheduled by ${by.name}${because(reason)}`, changed: true };
}

/** A look before the start: the first stage, once its time has come and nothing holds it. */
export function startWhenDue(input: DecisionInput, state: StateOf<'scheduled'>, why = 'Started.'): Decision {
  if (input.nowMs < state.startAtMs) return stay(state, 'Waits for its start.');
  const restarted = restartWaits(input, state);
  if (restarted !== null) return restarted;
  const holds = findHolds(input, state);
  if (!holds.some((hold) => isBlocking(hold, input.nowMs))) return begin(input, why);
  return keepHolding({ state, holds, reason: `Held before its start. ${detailsOf(holds)}` });
}

export function startNow(input: DecisionInput, state: StateOf<'scheduled'>, command: CommandOf<'start'>): Decision {
  const words = `Started before its time by ${command.by.name}${because(command.reason)}`;
  if (input.nowMs >= state.startAtMs) return refuse(state, 'Its time has come: what it waits for now are its holds.');
  const due = { ...state, startAtMs: input.nowMs };
  const decision = startWhenDue(input, due, words);
  return decision.changed ? decision : { kind: 'hold', state: due, reason: words, changed: true };
}

/** A look at a stage: at most one step up, and none while anything holds. */
export function lookAtStage(input: DecisionInput, state: ActiveState): Decision {
  if (wasDown(input, state)) return restartDwell(input, state);
  const holds = findHolds(input, state);
  if (!holds.some((hold) => isBlocking(hold, input.nowMs))) return stepUp(input, state, 'Nothing holds.');
  const reason = `Held at ${percentAt(input, state.stageIndex)}. ${detailsOf(holds)}`;
  return keepHolding({ state, holds, reason });
}

/** One step up at a person's word, or all of them; past whatever a single person may pass, and the reason names it. */
export function promote(input: DecisionInput, state: Risen, command: CommandOf<'promote'>): Decision {
  const next = nextStageIndexOf(state);
  const last = input.plan.stages.length - 1;
  const refused = refuseRise(input, state, command.full === true ? last : next);
  if (refused !== null) return refused;
  const words = `Promoted by ${command.by.name}${past(input, state)}${because(command.reason)}`;
  if (state.kind === 'scheduled') return begin(input, words);
  if (command.full !== true || state.kind === 'baking') return stepUp(input, state, words);
  return enterStage(input, { ...raisedFrom(state), stageIndex: last, kind: 'bake', reason: words });
}

/**
 * To another stage. Down at any time: it exposes fewer. Units that were treated are controls then, so what was counted
 * before cannot be compared with what comes: evidence begins anew. Up past a stage, nobody has watched what lies
 * between; that takes a person who says so.
 */
export function jump(input: DecisionInput, state: ActiveState, command: CommandOf<'jump'>): Decision {
  const { stageIndex, by, acceptRisk } = command;
  const { stages } = input.plan;
  if (stageIndex < 0 || stageIndex >= stages.length || stageIndex === state.stageIndex) {
    return refuse(state, `It is at stage ${state.stageIndex + 1} of ${stages.length}: name another of them.`);
  }
  const words = (passed: string) =>
    `Moved from ${percentAt(input, state.stageIndex)} to ${percentAt(input, stageIndex)} by ${by.name}${passed}${because(command.reason)}`;
  const target = { ...raisedFrom(state), stageIndex, kind: 'jump' } as const;
  if (stageIndex < state.stageIndex) {
    return { ...enterStage(input, { ...target, reason: `${words('')} Evidence begins anew.` }), renews: true };
  }
  if (stageIndex > state.stageIndex + 1 && acceptRisk !== true) {
    return refuse(state, 'To pass a stage that nobody watched, accept the risk; or promote one stage at a time.');
  }
  return refuseRise(input, state, stageIndex) ?? enterStage(input, { ...target, reason: words(past(input, state)) });
}

export function pause(input: DecisionInput, state: ActiveState, command: RolloutCommand): Decision {
  return {
    kind: 'pause',
    state: { kind: 'paused', resume: state, pausedAtMs: input.nowMs, by: command.by },
    reason: `Paused at ${percentAt(input, state.stageIndex)} by ${command.by.name}${because(command.reason)} Guards stay armed.`,
    changed: true,
  };
}

/** Goes on at the stage that was left, whose timers stood still. */
export function resume(input: DecisionInput, state: StateOf<'paused'>, command: RolloutCommand): Decision {
  const pausedMs = Math.max(0, input.nowMs - state.pausedAtMs);
  const { stageEnteredAtMs, holds } = state.resume;
  const resumed = {
    ...state.resume,
    stageEnteredAtMs: stageEnteredAtMs + pausedMs,
    holds: holds.map((hold) => ({ ...hold, sinceMs: hold.sinceMs + pausedMs })),
  };
  return {
    kind: 'resume',
    state: { ...resumed, holds: findHolds(input, resumed) },
    reason: `Resumed by ${command.by.name}${because(command.reason)}`,
    changed: true,
  };
}

/** The share stays where it is, and a person decides what becomes of it. */
export function freeze(input: DecisionInput, state: ActiveState, cause: KillCause): Decision {
  const words = cause.kind === 'command' ? `Frozen by ${cause.by.name}${because(cause.reason)}` : 'Frozen.';
  return {
    kind: 'freeze',
    state: { kind: 'frozen', resume: state, frozenAtMs: input.nowMs, cause },
    reason: `${words} The share stays at ${percentAt(input, state.stageIndex)} until a person decides.`,
    changed: true,
  };
}

/**
 * Goes on at the frozen stage, from its beginning. After harm only with the risk accepted, and then the evidence begins
 * anew: what was shown stays shown, and would freeze it again at the next look.
 */
export function unfreeze(input: DecisionInput, state: StateOf<'frozen'>, command: CommandOf<'unfreeze'>): Decision {
  const words = `Unfrozen by ${command.by.name}${because(command.reason)}`;
  const { stageIndex, startedAtMs } = state.resume;
  const same = { stageIndex, kind: 'unfreeze', startedAtMs } as const;
  const shownBy = harmOf(state.cause);
  if (shownBy === null) {
    const { serve: _, ...decision } = enterStage(input, { ...same, reason: words });
    return decision;
  }
  if (command.acceptRisk !== true) {
    return refuse(state, 'Harm was shown. Abort it, or accept the risk to go on with new evidence.');
  }
  const reason = `${words} The harm shown by ${shownBy} was accepted. Evidence begins anew.`;
  return { ...enterStage(input, { ...same, reason }), renews: true };
}

/** A yes to the next stage where it needs one, and to whatever of this stage a person may accept. */
export function approve(input: DecisionInput, state: Risen, command: CommandOf<'approve'>): Decision {
  const { by, role } = command;
  const holds = findHolds(input, state);
  const accepted = holds.filter(({ reason }) => ACCEPTABLE.includes(reason));
  const rule = input.plan.stages[nextStageIndexOf(state)]?.approval;
  const isAsked = holds.some(({ reason }) => reason === 'approval') && rule !== undefined;
  if (!isAsked && accepted.length === 0) return refuse(state, 'Nothing waits for an approval.');
  const given = state.approvals ?? [];
  const counts = isAsked && mayApprove(input, rule, command) && !given.some((one) => one.by.id === by.id);
  if (!counts && accepted.length === 0) {
    return refuse(state, `An approval by ${by.name} (${role}) does not count, or was given already.`);
  }
  const approvals = counts ? [...given, { by, role, atMs: input.nowMs }] : given;
  const approved: Risen =
    state.kind === 'scheduled' ? { ...state, approvals } : { ...state, approvals, ...acceptances(state, accepted, by) };
  const what = [...(counts ? [`stage ${nextStageIndexOf(state) + 1}`] : []), ...accepted.map(({ source }) => source)];
  return {
    kind: 'approve',
    state: { ...approved, holds: findHolds(input, approved) },
    reason: `${by.name} approved ${what.join(', ')}${because(command.reason)}`,
    changed: true,
  };
}

/** What follows the name of who did it: the reason that was given, if one was. */
export function because(reason: string): string {
  if (reason === '') return '.';
  return /[.!?]$/.test(reason) ? `: ${reason}` : `: ${reason}.`;
}

function percentAt({ plan }: DecisionInput, stageIndex: number): string {
  return `${stageOf(plan, stageIndex).treatmentPpm / 10_000} %`;
}

interface Entry {
  readonly stageIndex: number;
  readonly kind: Decision['kind'];
  readonly reason: string;
  readonly startedAtMs: number | undefined;
}

function begin(input: DecisionInput, reason: string): Decision {
  return enterStage(input, { stageIndex: 0, kind: 'start', reason, startedAtMs: input.nowMs });
}

/** Enters a stage; the last one is where the rollout bakes. Holds, approvals and acceptances were of the one before. */
function enterStage(input: DecisionInput, { stageIndex, kind, reason, startedAtMs }: Entry): Decision {
  const isLast = stageIndex === input.plan.stages.length - 1;
  const entered: ActiveState = {
    kind: isLast ? 'baking' : 'progressing',
    stageIndex,
    stageEnteredAtMs: input.nowMs,
    holds: [],
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
  return {
    kind,
    state: { ...entered, holds: findHolds(input, entered) },
    serve: { kind: 'stage', stageIndex },
    reason,
    changed: true,
  };
}

/** The next stage, or success after the last, with whatever share is held back first. */
function stepUp(input: DecisionInput, state: ActiveState, why: string): Decision {
  if (state.kind === 'baking') return input.plan.holdback === undefined ? succeed(input, why) : holdBack(input, why);
  const stageIndex = state.stageIndex + 1;
  const isLast = stageIndex === input.plan.stages.length - 1;
  const reason = `${why} From ${percentAt(input, state.stageIndex)} to ${percentAt(input, stageIndex)}.`;
  return enterStage(input, { ...raisedFrom(state), stageIndex, kind: isLast ? 'bake' : 'advance', reason });
}

/** What is served for good: to everyone, or to the share that the plan is capped at. */
export function succeed({ plan, nowMs }: DecisionInput, why: string): Decision {
  const cap = capOf(plan);
  const whom = cap < FULL_PPM ? `${cap / 10_000} %` : 'everyone';
  return {
    kind: 'succeed',
    state: { kind: 'succeeded', atMs: nowMs },
    serve: { kind: 'treatment' },
    reason: `${why} The treatment is served to ${whom} for good.`,
    changed: true,
  };
}

/** The last stage goes on as it is served. */
function holdBack({ plan, nowMs }: DecisionInput, why: string): Decision {
  const { ppm, durationMs } = plan.holdback ?? { ppm: 0, durationMs: 0 };
  return {
    kind: 'hold-back',
    state: { kind: 'heldBack', sinceMs: nowMs, untilMs: nowMs + durationMs },
    reason: `${why} It has succeeded; ${ppm / 10_000} % keep control for ${durationMs / 1_000} s. Guards stay armed.`,
    changed: true,
  };
}

const FULL_PPM = 1_000_000;

function raisedFrom({ startedAtMs }: ActiveState): Pick<Entry, 'startedAtMs'> {
  return { startedAtMs };
}

/** Whether something that no single person may pass lies between here and there. */
function refuseRise(input: DecisionInput, state: Risen, toStageIndex: number): Decision | null {
  const kept = blockingHolds(input, state).find(({ reason }) => NEVER_PASSED.includes(reason));
  if (kept !== undefined) return refuse(state, `${kept.detail} Nobody may pass that alone.`);
  const between = input.plan.stages.slice(nextStageIndexOf(state) + 1, toStageIndex + 1);
  if (between.every(({ approval }) => approval === undefined)) return null;
  return refuse(state, 'A stage on the way needs approvals: promote one stage at a time.');
}

function past(input: DecisionInput, state: Risen): string {
  const passed = blockingHolds(input, state).map(({ reason }) => reason);
  return passed.length === 0 ? '' : `, past ${[...new Set(passed)].join(', ')}`;
}

function restartDwell(input: DecisionInput, state: ActiveState): Decision {
  const holds = state.holds.filter(({ reason }) => RUNS_ON_UNWATCHED.includes(reason));
  const restarted = { ...state, stageEnteredAtMs: input.nowMs, holds };
  return {
    kind: 'hold',
    state: { ...restarted, holds: findHolds(input, restarted) },
    reason: `Nobody watched this stage for a while: its time at ${percentAt(input, state.stageIndex)} starts again.`,
    changed: true,
  };
}

/**
 * Before the first stage and after the last no time is served again, but what could not end while nobody watched (a gate,
 * a weight) has as long as before to do so. Null where nothing of the kind was waited for.
 */
export function restartWaits(input: DecisionInput, state: StateOf<'scheduled'> | StateOf<'heldBack'>): Decision | null {
  const { holds: before = [] } = state;
  const holds = before.filter(({ reason }) => RUNS_ON_UNWATCHED.includes(reason));
  if (holds.length === before.length || !wasDown(input, state)) return null;
  const restarted = { ...state, holds };
  return {
    kind: 'hold',
    state: { ...restarted, holds: findHolds(input, restarted) },
    reason: 'Nobody watched for a while: what it waited for begins to be waited for again.',
    changed: true,
  };
}

/**
 * Only other holds than before are worth writing, another answer of whoever is asked, and another end (of a freeze that
 * was prolonged); details are those of when they were found. A clock in the words of a gate would otherwise be a decision
 * at every asking.
 */
export function keepHolding({
  state,
  holds,
  reason,
}: {
  state: Held;
  holds: readonly Hold[];
  reason: string;
}): Decision {
  const before = state.holds ?? [];
  const isSame = holds.length === before.length && holds.every((hold) => before.some((one) => saysTheSame(one, hold)));
  return isSame ? stay(state, reason) : { kind: 'hold', state: { ...state, holds }, reason, changed: true };
}

function saysTheSame(one: Hold, other: Hold): boolean {
  return isSameHold(one, other) && one.said === other.said && one.untilMs === other.untilMs;
}

function acceptances(
  { accepted = [] }: ActiveState,
  holds: readonly Hold[],
  by: Acceptance['by'],
): Pick<ActiveState, 'accepted'> {
  return { accepted: [...accepted, ...holds.map(({ reason, source }) => ({ reason, source, by }))] };
}

function detailsOf(holds: readonly Hold[]): string {
  return holds.map(({ detail }) => detail).join(' ');
}
