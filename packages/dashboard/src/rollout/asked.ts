import type { DecisionView, RolloutView } from '@tidegate/protocol/types';

export interface AskedGate {
  readonly name: string;
  readonly before: string;
  readonly host: string;
  readonly answer: 'open' | 'closed' | 'error' | 'unasked';
  readonly detail: string;
}

type Decided = Pick<DecisionView, 'input'>;

/** The gates of a plan, each with what it said when it was last decided: while no step waits for one, nobody asks it. */
export function gatesOf(
  { plan, state }: Pick<RolloutView, 'plan' | 'state'>,
  decisions: readonly Decided[],
): readonly AskedGate[] {
  const isWaiting = 'holds' in state && state.holds?.some(({ reason }) => reason === 'gate') === true;
  const said = isWaiting ? (decisions[0]?.input.gates ?? []) : [];
  return (plan.gates ?? []).map(({ name, before, url }) => {
    const { answer = 'unasked', detail = '' } = said.find((each) => each.name === name) ?? {};
    return { name, before, host: hostOf(url), answer, detail };
  });
}

/** The whole address may be long, and its host says who it is. */
function hostOf(url: string): string {
  return /^https?:\/\/([^/?]+)/i.exec(url)?.[1] ?? url;
}

export interface AskedApproval {
  readonly stageNumber: number;
  readonly needed: number;
  readonly mayApprove: string;
  /** `asked` is before the stage that comes next. */
  readonly state: 'past' | 'asked' | 'ahead';
  readonly given: readonly { readonly by: { readonly id: string; readonly name: string }; readonly atMs: number }[];
}

/** The stages that people say yes to, with who may and who did. */
export function approvalsOf({
  plan,
  state,
  stageIndex,
  createdBy,
}: Pick<RolloutView, 'plan' | 'state' | 'stageIndex' | 'createdBy'>): readonly AskedApproval[] {
  const next = (stageIndex ?? -1) + 1;
  return plan.stages.flatMap(({ approval }, index) => {
    if (approval === undefined) return [];
    const isNext = index === next;
    const given = isNext && 'approvals' in state ? (state.approvals ?? []) : [];
    const { count, roles, notAuthor } = approval;
    const who = roles === undefined ? 'editors and admins' : roles.map((role) => `${role}s`).join(' and ');
    const mayApprove = notAuthor ? `${who}, but not ${createdBy.name}` : who;
    const when = index < next ? 'past' : isNext ? 'asked' : 'ahead';
    return [{ stageNumber: index + 1, needed: count, mayApprove, state: when, given }];
  });
}
