import type { RolloutCommand } from '@tidegate/analysis';
import { pageOf, pageQuerySchema, rolloutCommandSchema, rolloutViewSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { environmentPath } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route, type RouteReply } from '../../http/route.ts';
import type { Platform } from '../../platform.ts';
import type { GatherOptions } from './gather-input.ts';
import { planRoutes } from './plan-routes.ts';
import type { CommandTarget, RolloutController } from './rollout-controller.ts';
import { viewOfDecision, viewOfRollout } from './rollout-view.ts';

export interface RolloutDeps extends GatherOptions {
  readonly platform: Platform;
  readonly controller: RolloutController;
}

const BASE = `${environmentPath}/rollouts`;
const place = { project: z.string(), environment: z.string() };
const environmentParams = z.object(place);
const rolloutParams = z.object({ ...place, rollout: z.string().min(1).max(64) });
const listQuery = z.strictObject({
  ...pageQuerySchema.shape,
  flag: z.string().exactOptional(),
  active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .exactOptional(),
});
const decisionsQuery = z.strictObject({
  limit: pageQuerySchema.shape.limit,
  before: z.coerce.number().int().min(1).exactOptional(),
});

type Place = z.infer<typeof environmentParams>;
const environmentOf = ({ project, environment }: Place) => `${project}/${environment}`;

export function rolloutRoutes(deps: RolloutDeps): Route[] {
  return [listRoute(deps), ...planRoutes(deps), readRoute(deps), decisionsRoute(deps), ...commandRoutes(deps)];
}

function listRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: BASE,
    summary: 'List rollouts',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: listQuery,
    reply: { status: 200, description: 'A page of rollouts', schema: pageOf(rolloutViewSchema) },
    problems: [],
    async handle({ params, query }) {
      const { flag, ...filter } = query;
      const rows = await deps.storage.listRollouts(environmentOf(params), {
        ...filter,
        ...(flag === undefined ? {} : { flagKey: flag }),
      });
      const items = await Promise.all(rows.map((row) => viewOfRollout(deps, row)));
      const next = rows.length < query.limit ? null : (rows.at(-1)?.id ?? null);
      return { status: 200, body: { items, next } };
    },
  });
}

function readRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${BASE}/{rollout}`,
    summary: 'Read a rollout, with its assessment as of now',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: rolloutParams,
    reply: { status: 200, description: 'The rollout', schema: rolloutViewSchema },
    problems: ['not-found'],
    handle: ({ params }) => reply(deps, environmentOf(params), params.rollout),
  });
}

function decisionsRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${BASE}/{rollout}/decisions`,
    summary: 'The log of a rollout, newest first: what was decided, and everything it was decided from',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: rolloutParams,
    query: decisionsQuery,
    reply: { status: 200, description: 'A page of decisions' },
    problems: ['not-found'],
    async handle({ params, query }) {
      const environment = environmentOf(params);
      if ((await deps.storage.findRollout(environment, params.rollout)) === undefined)
        throw noSuchRollout(params.rollout);
      const { limit, before } = query;
      const rows = await deps.storage.listDecisions(params.rollout, {
        limit,
        ...(before === undefined ? {} : { beforeSequence: before }),
      });
      const next = rows.length < limit ? null : String(rows.at(-1)?.sequence);
      return { status: 200, body: { items: rows.map(viewOfDecision), next } };
    },
  });
}

/** Pausing and aborting only ever lower exposure: a killer may. Resuming and promoting may raise it. */
const COMMANDS: readonly {
  readonly kind: RolloutCommand['kind'];
  readonly raises: boolean;
  readonly summary: string;
}[] = [
  { kind: 'pause', raises: false, summary: 'Stop advancing; the guards stay armed' },
  { kind: 'abort', raises: false, summary: 'Serve control to everyone again, now and for good' },
  { kind: 'resume', raises: true, summary: 'Go on at the stage where it was paused' },
  { kind: 'promote', raises: true, summary: 'Advance one stage without waiting for its holds' },
];

function commandRoutes(deps: RolloutDeps): Route[] {
  return COMMANDS.map(({ kind, raises, summary }) =>
    defineRoute({
      method: 'post',
      path: `${BASE}/{rollout}/${kind}`,
      summary,
      tag: 'rollouts',
      access: { kind: 'operator', role: raises ? 'editor' : 'killer' },
      params: rolloutParams,
      body: rolloutCommandSchema,
      reply: { status: 200, description: 'The rollout after it', schema: rolloutViewSchema },
      problems: ['not-found', 'rollout-not-active', 'command-refused', 'precondition-failed'],
      async handle({ params, body, principal }) {
        const { reason, expectedVersion } = body;
        await command(deps, {
          target: {
            environment: environmentOf(params),
            rolloutId: params.rollout,
            ...(expectedVersion === undefined ? {} : { expectedVersion }),
          },
          command: { kind, by: principal.actor, reason },
        });
        return reply(deps, environmentOf(params), params.rollout);
      },
    }),
  );
}

async function command(deps: RolloutDeps, order: { target: CommandTarget; command: RolloutCommand }): Promise<void> {
  const outcome = await deps.controller.command(order.target, order.command);
  switch (outcome.kind) {
    case 'done':
      return;
    case 'missing':
      throw noSuchRollout(order.target.rolloutId);
    case 'stale':
      throw problem('precondition-failed', {
        detail: `The rollout is at version ${outcome.currentVersion}; look again.`,
      });
    case 'refused':
      throw problem(outcome.ended ? 'rollout-not-active' : 'command-refused', { detail: outcome.reason });
    default:
      throw outcome satisfies never;
  }
}

async function reply(deps: RolloutDeps, environment: string, rolloutId: string): Promise<RouteReply> {
  const row = await deps.storage.findRollout(environment, rolloutId);
  if (row === undefined) throw noSuchRollout(rolloutId);
  return { status: 200, body: await viewOfRollout(deps, row) };
}

function noSuchRollout(rolloutId: string) {
  return problem('not-found', { detail: `There is no rollout ${rolloutId} here.` });
}
