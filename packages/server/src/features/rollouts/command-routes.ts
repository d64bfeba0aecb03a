import type { RolloutCommand } from '@tidegate/analysis';
import { type RolloutCommandBody, rolloutCommandSchemas, rolloutViewSchema } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Principal, type Route } from '../../http/route.ts';
import type { CommandTarget } from './rollout-controller.ts';
import {
  environmentOf,
  noSuchRollout,
  ROLLOUTS_PATH,
  type RolloutDeps,
  replyWith,
  rolloutParams,
} from './rollout-place.ts';

type Kind = RolloutCommand['kind'];

/** What only ever lowers exposure, or keeps it, a killer may say; what may raise it takes an editor. */
const OFFERS: Readonly<Record<Kind, { readonly role: 'killer' | 'editor'; readonly summary: string }>> = {
  start: { role: 'editor', summary: 'Schedule a draft, or start before its time what is scheduled' },
  pause: { role: 'killer', summary: 'Stop advancing; the guards stay armed' },
  resume: { role: 'editor', summary: 'Go on at the stage where it was paused' },
  promote: {
    role: 'editor',
    summary: 'Advance one stage without waiting for its holds, or all of them; or end a holdback',
  },
  jump: { role: 'editor', summary: 'Go to another stage; up by more than one only with the risk accepted' },
  approve: {
    role: 'editor',
    summary: 'Say yes to the stage that asks for it, or to an inconclusive result or a marginal score',
  },
  reject: { role: 'killer', summary: 'Say no to the stage that asks for an approval: it is rolled back' },
  abort: { role: 'killer', summary: 'Serve control to everyone again, now and for good, or in steps' },
  retry: { role: 'editor', summary: 'Try again from the first stage what was rolled back, with new evidence' },
  undo: { role: 'killer', summary: 'Take a success back: serve control to everyone again, at once' },
  freeze: { role: 'killer', summary: 'Keep the share as it is until somebody unfreezes it; the guards stay armed' },
  supersede: { role: 'editor', summary: 'Take the rule away from it and serve something else: the rollout is over' },
  unfreeze: { role: 'editor', summary: 'Go on at the frozen stage; after harm only with the risk accepted' },
};

export function commandRoutes(deps: RolloutDeps): Route[] {
  // The keys of a constant object are its own literal keys.
  return (Object.keys(OFFERS) as Kind[]).map((kind) => commandRoute(deps, kind));
}

function commandRoute(deps: RolloutDeps, kind: Kind): Route {
  const { role, summary } = OFFERS[kind];
  return defineRoute({
    method: 'post',
    path: `${ROLLOUTS_PATH}/{rollout}/${kind}`,
    summary,
    tag: 'rollouts',
    access: { kind: 'operator', role },
    params: rolloutParams,
    body: rolloutCommandSchemas[kind],
    reply: { status: 200, description: 'The rollout after it', schema: rolloutViewSchema },
    problems: ['not-found', 'rollout-not-active', 'command-refused', 'rule-owned-by-rollout', 'precondition-failed'],
    async handle({ params, body, principal }) {
      const { expectedVersion, ...said } = body;
      const target = {
        environment: environmentOf(params),
        rolloutId: params.rollout,
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
      };
      await carryOut(deps, target, commandOf(kind, said, principal));
      return replyWith(deps, target.environment, target.rolloutId);
    },
  });
}

/** Approvals count by role; whoever came here has a key. */
function commandOf(kind: Kind, said: Omit<RolloutCommandBody, 'expectedVersion'>, { key, actor }: Principal) {
  const role = kind === 'approve' || kind === 'reject' ? { role: key?.role ?? 'reader' } : {};
  // The body was parsed by the schema of this kind, whose type is that of this kind's command without kind, by and role.
  return { ...said, kind, by: actor, ...role } as RolloutCommand;
}

async function carryOut(deps: RolloutDeps, target: CommandTarget, command: RolloutCommand): Promise<void> {
  const outcome = await deps.controller.command(target, command);
  switch (outcome.kind) {
    case 'done':
      return;
    case 'missing':
      throw noSuchRollout(target.rolloutId);
    case 'stale':
      throw problem('precondition-failed', {
        detail: `The rollout is at version ${outcome.currentVersion}; look again.`,
      });
    case 'rule-taken':
      throw problem('rule-owned-by-rollout', { detail: 'Another active rollout owns the rule by now: end it first.' });
    case 'refused':
      throw problem(outcome.ended ? 'rollout-not-active' : 'command-refused', { detail: outcome.reason });
    default:
      throw outcome satisfies never;
  }
}
