import { recomputeDecision } from '@tidegate/analysis';
import { type DecisionExplanation, pageOf, pageQuerySchema, rolloutViewSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { commandRoutes } from './command-routes.ts';
import { freezeRoutes } from './freeze-routes.ts';
import { planRoutes } from './plan-routes.ts';
import { rehearsalRoutes } from './rehearsal-routes.ts';
import {
  environmentOf,
  environmentParams,
  noSuchRollout,
  ROLLOUTS_PATH,
  type RolloutDeps,
  replyWith,
  rolloutParams,
} from './rollout-place.ts';
import { viewOfDecision, viewOfRollout } from './rollout-view.ts';
import { stageReportRoute } from './stage-report-route.ts';
import { verdictRoutes } from './verdict-routes.ts';

const decisionParams = rolloutParams.extend({ sequence: z.coerce.number().int().min(1) });
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

export function rolloutRoutes(deps: RolloutDeps): Route[] {
  return [
    listRoute(deps),
    ...planRoutes(deps),
    ...rehearsalRoutes(deps),
    readRoute(deps),
    decisionsRoute(deps),
    explainRoute(deps),
    stageReportRoute(deps),
    ...commandRoutes(deps),
    ...freezeRoutes(deps),
    ...verdictRoutes(deps),
  ];
}

function listRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: ROLLOUTS_PATH,
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
        limit: query.limit + 1,
        ...(flag === undefined ? {} : { flagKey: flag }),
      });
      const page = pageFrom(rows, query.limit, { itemOf: (row) => viewOfRollout(deps, row), keyOf: ({ id }) => id });
      return { status: 200, body: { ...page, items: await Promise.all(page.items) } };
    },
  });
}

function readRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${ROLLOUTS_PATH}/{rollout}`,
    summary: 'Read a rollout, with its assessment as of now',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: rolloutParams,
    reply: { status: 200, description: 'The rollout', schema: rolloutViewSchema },
    problems: ['not-found'],
    handle: ({ params }) => replyWith(deps, environmentOf(params), params.rollout),
  });
}

function decisionsRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${ROLLOUTS_PATH}/{rollout}/decisions`,
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
        limit: limit + 1,
        ...(before === undefined ? {} : { beforeSequence: before }),
      });
      const body = pageFrom(rows, limit, { itemOf: viewOfDecision, keyOf: ({ sequence }) => String(sequence) });
      return { status: 200, body };
    },
  });
}

function explainRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${ROLLOUTS_PATH}/{rollout}/decisions/{sequence}/explain`,
    summary: 'Decide again from the stored input of a decision, and say whether the two agree',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: decisionParams,
    reply: { status: 200, description: 'The decision, decided again' },
    problems: ['not-found'],
    async handle({ params }) {
      const rollout = await deps.storage.findRollout(environmentOf(params), params.rollout);
      const row = rollout && (await deps.storage.findDecision(rollout.id, params.sequence));
      if (row === undefined) {
        const detail = `There is no decision ${params.sequence} of a rollout ${params.rollout} here.`;
        throw problem('not-found', { detail });
      }
      const { sequence, decision } = row;
      const body: DecisionExplanation = { sequence, decision, ...recomputeDecision(row) };
      return { status: 200, body };
    },
  });
}
