import { type ConnectionView, connectionViewSchema, pageOf, recentEventsSchema } from '@tidegate/protocol';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Accounting } from '../events/index.ts';

export interface TrafficDeps {
  readonly accounting: Accounting;
  readonly connections: (environment: string) => readonly ConnectionView[];
}

/** What comes in and who listens, as this node sees it. */
export function trafficRoutes(deps: TrafficDeps): Route[] {
  const connections = defineRoute({
    method: 'get',
    path: `${environmentPath}/connections`,
    summary: 'SDKs connected to this node, and the revision each of them answers from',
    tag: 'operations',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    reply: { status: 200, description: 'The connections, in one page', schema: pageOf(connectionViewSchema) },
    problems: [],
    handle: async ({ params: environment }) => ({
      status: 200,
      body: { items: deps.connections(environment), next: null },
    }),
  });
  const evidence = defineRoute({
    method: 'get',
    path: `${environmentPath}/evidence`,
    summary: 'What the accountant has counted; `{"held": false}` on a node that does not account for the environment',
    tag: 'operations',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    reply: { status: 200, description: 'Counters' },
    problems: [],
    handle: async ({ params: environment }) => {
      const holding = deps.accounting.holding(environment);
      return {
        status: 200,
        body: holding === undefined ? { held: false } : { held: true, ...holding.accountant.health() },
      };
    },
  });
  const recentEvents = defineRoute({
    method: 'get',
    path: `${environmentPath}/recent-events`,
    summary: 'What SDKs reported within the last hour, by minute, SDK and event, with a sample of it',
    tag: 'operations',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    reply: { status: 200, description: 'What came', schema: recentEventsSchema },
    problems: ['unavailable'],
    handle: async ({ params: environment }) => {
      const holding = deps.accounting.holding(environment);
      if (holding !== undefined) return { status: 200, body: holding.accountant.recent() };
      throw problem('unavailable', { detail: 'Another node accounts for this environment: ask that one.' });
    },
  });
  return [connections, evidence, recentEvents];
}
