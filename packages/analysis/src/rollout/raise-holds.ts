import type { DecisionInput } from './decision.ts';
import type { FoundHold, Held, Risen } from './found-hold.ts';
import type { ApprovalRule, Deadline } from './plan.ts';
import type { Approval } from './state.ts';

/** What people, calendars and SDKs have to say before the share rises. None of it ever keeps it from falling. */
export function raiseHolds(input: DecisionInput, state: Held): readonly FoundHold[] {
  if (state.kind === 'heldBack') return [...closedWindow(input), ...frozen(input)];
  const unconfirmed = [...drift(input), ...ackPending(input, state)];
  // A bake that ends raises nothing: everybody has the treatment already.
  if (state.kind === 'baking') return unconfirmed;
  return [
    ...dependency(input, state),
    ...approval(input, state),
    ...closedWindow(input),
    ...frozen(input),
    ...unconfirmed,
  ];
}

/** Given, of those that count: by different people, in a named role, and not by the author where the plan says so. */
function countedApprovals(input: DecisionInput, rule: ApprovalRule, given: readonly Approval[]): number {
  const counted = given.filter(({ role, by }) => mayApprove(input, rule, { role, by }));
  return new Set(counted.map(({ by }) => by.id)).size;
}

export function mayApprove(
  { author }: DecisionInput,
  { roles, notAuthor }: ApprovalRule,
  { role, by }: Pick<Approval, 'role' | 'by'>,
): boolean {
  return (roles === undefined || roles.includes(role)) && !(notAuthor && by.id === author?.id);
}

export function nextStageIndexOf(state: Risen): number {
  return state.kind === 'scheduled' ? 0 : state.stageIndex + 1;
}

function dependency({ plan, isDependencyMet }: DecisionInput, state: Risen): readonly FoundHold[] {
  if (plan.after === undefined || state.kind !== 'scheduled' || isDependencyMet === true) return [];
  const { environment, deadline } = plan.after;
  const detail = `The rollout of ${plan.flagKey} in ${environment} must have succeeded.`;
  return [{ reason: 'dependency', source: environment, detail, releasedBy: 'other-rollout', deadline }];
}

function approval(input: DecisionInput, state: Risen): readonly FoundHold[] {
  const next = nextStageIndexOf(state);
  const rule = input.plan.stages[next]?.approval;
  if (rule === undefined || countedApprovals(input, rule, state.approvals ?? []) >= rule.count) return [];
  const whose = rule.roles === undefined ? '' : ` by ${rule.roles.join(' or ')}`;
  const notOwn = rule.notAuthor ? ', not by its author' : '';
  const detail = `Stage ${next + 1} needs ${rule.count} approval${rule.count === 1 ? '' : 's'}${whose}${notOwn}.`;
  return [{ reason: 'approval', source: `stage ${next + 1}`, detail, releasedBy: 'approval', deadline: rule.deadline }];
}

function closedWindow({ plan, window }: DecisionInput): readonly FoundHold[] {
  if (plan.windows === undefined || window?.isOpen === true) return [];
  const opens = window?.opensAtMs ?? null;
  const detail = opens === null ? 'No window opens any more.' : 'Shares rise only inside a window.';
  const found = { reason: 'window', source: '', detail } as const;
  return [opens === null ? { ...found, releasedBy: 'operator' } : { ...found, releasedBy: 'time', endsAtMs: opens }];
}

function frozen({ freeze, nowMs }: DecisionInput): readonly FoundHold[] {
  if (freeze == null || (freeze.untilMs !== null && nowMs >= freeze.untilMs)) return [];
  const why = freeze.reason === '' ? '' : ` (${freeze.reason})`;
  const detail = `${freeze.by.name} froze every rise in the environment${why}.`;
  const found = { reason: 'freeze', source: 'environment', detail, releasedBy: 'unfreeze' } as const;
  return [freeze.untilMs === null ? found : { ...found, endsAtMs: freeze.untilMs }];
}

/**
 * An hour: SDKs that are connected and do not take what is published are broken. They go on serving less treatment than
 * the stage has, and units of theirs may leap over it; the others' evidence is worth as much as before.
 */
const CONFIRMATION_DEADLINE: Deadline = { afterMs: 3_600_000, then: 'continue' };

/** Whoever does not serve this stage yet says nothing of it, and would leap over it. Ends when they apply it or leave. */
function ackPending({ confirmation, plan }: DecisionInput, state: Risen): readonly FoundHold[] {
  if (state.kind === 'scheduled' || confirmation.confirmedCount >= confirmation.connectedCount) return [];
  const detail = 'Every connected SDK must have confirmed this stage.';
  const deadline = plan.health?.confirmation?.deadline ?? CONFIRMATION_DEADLINE;
  return [{ reason: 'ack-pending', source: '', detail, releasedBy: 'sdks', deadline }];
}

/** To rise would overwrite what somebody else wrote, and what was counted meanwhile was not served as designed. */
function drift({ isDrifted }: DecisionInput): readonly FoundHold[] {
  if (isDrifted !== true) return [];
  const detail = 'The rule serves something else than this rollout published: abort it, or promote it over that.';
  return [{ reason: 'drift', source: '', detail, releasedBy: 'operator' }];
}
