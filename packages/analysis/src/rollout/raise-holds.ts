import type { DecisionInput } from './decision.ts';
import type { FoundHold, Held } from './found-hold.ts';
import type { ApprovalRule } from './plan.ts';
import type { Approval } from './state.ts';

/** What people, calendars and SDKs have to say before the share rises. None of it ever keeps it from falling. */
export function raiseHolds(input: DecisionInput, state: Held): readonly FoundHold[] {
  const unconfirmed = ackPending(input, state);
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

export function nextStageIndexOf(state: Held): number {
  return state.kind === 'scheduled' ? 0 : state.stageIndex + 1;
}

function dependency({ plan, isDependencyMet }: DecisionInput, state: Held): readonly FoundHold[] {
  if (plan.after === undefined || state.kind !== 'scheduled' || isDependencyMet === true) return [];
  const { environment } = plan.after;
  const detail = `The rollout of ${plan.flagKey} in ${environment} must have succeeded.`;
  return [{ reason: 'dependency', source: environment, detail, releasedBy: 'other-rollout' }];
}

function approval(input: DecisionInput, state: Held): readonly FoundHold[] {
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
  const found = { reason: 'window', source: '', detail, releasedBy: 'time' } as const;
  return [opens === null ? found : { ...found, endsAtMs: opens }];
}

function frozen({ freeze, nowMs }: DecisionInput): readonly FoundHold[] {
  if (freeze == null || (freeze.untilMs !== null && nowMs >= freeze.untilMs)) return [];
  const why = freeze.reason === '' ? '' : ` (${freeze.reason})`;
  const detail = `${freeze.by.name} froze every rise in the environment${why}.`;
  const found = { reason: 'freeze', source: 'environment', detail, releasedBy: 'unfreeze' } as const;
  return [freeze.untilMs === null ? found : { ...found, endsAtMs: freeze.untilMs }];
}

/** Whoever does not serve this stage yet says nothing of it, and would leap over it. Ends when they apply it or leave. */
function ackPending({ confirmation }: DecisionInput, state: Held): readonly FoundHold[] {
  if (state.kind === 'scheduled' || confirmation.confirmedCount >= confirmation.connectedCount) return [];
  const detail = 'Every connected SDK must have confirmed this stage.';
  return [{ reason: 'ack-pending', source: '', detail, releasedBy: 'sdks' }];
}
