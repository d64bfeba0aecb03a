import { environmentFreezeSchema, type FreezeView, freezeViewSchema } from '@tidegate/protocol';
import { environmentPath } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { FreezeRow } from '../../storage/storage.ts';
import { environmentOf, environmentParams, type RolloutDeps } from './rollout-place.ts';

const FREEZE_PATH = `${environmentPath}/freeze`;
const reply = { status: 200, description: 'Whether the environment is frozen', schema: freezeViewSchema };

/** A time in which no rollout of an environment rises: a holiday, a sale, an incident. Kills go on as ever. */
export function freezeRoutes(deps: RolloutDeps): Route[] {
  const shared = { path: FREEZE_PATH, tag: 'rollouts', params: environmentParams, reply } as const;
  return [
    defineRoute({
      ...shared,
      method: 'get',
      summary: 'Whether the environment is frozen',
      access: { kind: 'operator', role: 'reader' },
      problems: [],
      async handle({ params }) {
        return { status: 200, body: viewOf(await deps.storage.findFreeze(environmentOf(params))) };
      },
    }),
    defineRoute({
      ...shared,
      method: 'put',
      summary: 'Let no rollout of the environment rise; what harms is killed as ever',
      access: { kind: 'operator', role: 'killer' },
      body: environmentFreezeSchema,
      problems: ['not-found'],
      async handle({ params, body, principal }) {
        const freeze = { ...body, by: principal.actor, atMs: deps.platform.nowMs() };
        await save(deps, environmentOf(params), freeze);
        return { status: 200, body: viewOf(freeze) };
      },
    }),
    defineRoute({
      ...shared,
      method: 'delete',
      summary: 'Let the rollouts of the environment rise again',
      access: { kind: 'operator', role: 'editor' },
      problems: ['not-found'],
      async handle({ params }) {
        await save(deps, environmentOf(params), null);
        return { status: 200, body: viewOf(undefined) };
      },
    }),
  ];
}

async function save(deps: RolloutDeps, environment: string, freeze: FreezeRow | null): Promise<void> {
  const isSaved = await deps.storage.saveFreeze(environment, freeze);
  if (!isSaved) throw problem('not-found', { detail: `There is no environment ${environment}.` });
  void deps.controller.look(environment);
}

function viewOf(freeze: FreezeRow | undefined): FreezeView {
  return { freeze: freeze ?? null };
}
