import type { Flag, JsonValue, Rule, Serve } from '@tidegate/evaluation';
import { sameJson } from '@tidegate/flag-file';
import { FALLTHROUGH, type FlagView } from '@tidegate/protocol';
import type { Remark } from './plan.ts';

/** An active rollout, as far as its flag is concerned. */
export interface RunningRollout {
  readonly id: string;
  readonly flagKey: string;
  readonly rule: string;
}

interface Allowed {
  readonly flag: Flag;
  readonly leftAlone: readonly Remark[];
  readonly obstacles: readonly Remark[];
}

/**
 * What a file may make of a flag. Between start and end of a rollout its rule serves what the controller decides, and
 * only a rollout ever serves a rollout: where the file says otherwise, the server's serve stays, and that is said.
 */
export function leaveRolloutsAlone(options: {
  readonly target: Flag;
  readonly document: FlagView;
  readonly rollouts: readonly RunningRollout[];
}): Allowed {
  const { target, document } = options;
  const name = { kind: 'flag', key: target.key } as const;
  const owners = new Map(
    options.rollouts.filter(({ flagKey }) => flagKey === target.key).map(({ rule, id }) => [rule, id]),
  );
  const lost = [...owners].find(([rule]) => serveOf(target, rule) === undefined);
  if (lost !== undefined) {
    const [rule, id] = lost;
    const detail = `rollout ${id} owns the rule ${rule}, which the file does not have: all rules are left alone`;
    const allowed = leaveRolloutsAlone({ ...options, target: { ...target, rules: document.rules } });
    return { ...allowed, leftAlone: [{ ...name, path: ['rules'], detail }, ...allowed.leftAlone] };
  }
  const leftAlone: Remark[] = [];
  const obstacles: Remark[] = [];
  const allow = (ruleId: string, serve: Serve, path: Remark['path']): Serve => {
    const owner = owners.get(ruleId);
    if (owner === undefined && serve.kind !== 'rollout') return serve;
    const current = serveOf(document, ruleId);
    if (current === undefined) {
      obstacles.push({ ...name, path, detail: NO_ROLLOUT });
      return serve;
    }
    if (!sameJson(asJson(current), asJson(serve)))
      leftAlone.push({ ...name, path, detail: whyLeftAlone(serve, owner) });
    return current;
  };
  const rules = target.rules.map(
    (rule, index): Rule => ({ ...rule, serve: allow(rule.id, rule.serve, ['rules', index, 'serve']) }),
  );
  const fallthrough = allow(FALLTHROUGH, target.fallthrough, ['fallthrough']);
  return { flag: { ...target, rules, fallthrough }, leftAlone, obstacles };
}

/** A flag that is not there yet has no rollout, so none of its rules can serve one. */
export function refuseRollouts({ key, rules, fallthrough }: Flag): readonly Remark[] {
  const serves = [
    ...rules.map(({ serve }, index) => ({ serve, path: ['rules', index, 'serve'] })),
    { serve: fallthrough, path: ['fallthrough'] },
  ];
  return serves
    .filter(({ serve }) => serve.kind === 'rollout')
    .map(({ path }) => ({ kind: 'flag', key, path, detail: NO_ROLLOUT }));
}

const NO_ROLLOUT = 'only a rollout serves a rollout: write what it serves until one is started';

function whyLeftAlone(serve: Serve, owner: string | undefined): string {
  if (owner !== undefined) return `owned by rollout ${owner}: left alone`;
  const which = serve.kind === 'rollout' ? `the rollout ${serve.rolloutId}` : 'a rollout';
  return `the file serves ${which}, which does not run here: what the server has is left alone`;
}

function serveOf({ rules, fallthrough }: Pick<Flag, 'rules' | 'fallthrough'>, ruleId: string): Serve | undefined {
  return ruleId === FALLTHROUGH ? fallthrough : rules.find(({ id }) => id === ruleId)?.serve;
}

/** A serve is JSON, which its interface does not say. */
function asJson(serve: Serve): JsonValue {
  return serve as unknown as JsonValue;
}
