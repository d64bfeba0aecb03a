import {
  changeQuerySchema,
  keySchema,
  newScheduleSchema,
  pageOf,
  type ScheduleView,
  schedulesQuerySchema,
  scheduleViewSchema,
} from '@tidegate/protocol';
import * as z from 'zod';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { type ProblemError, problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { ScheduleRow, Storage } from '../../storage/storage.ts';
import { documentParams } from '../documents/index.ts';
import { createSchedule, type ScheduleDeps } from './create-schedule.ts';
import { viewOfSchedule } from './schedule-view.ts';

const FLAG_SCHEDULES = `${environmentPath}/flags/{key}/schedules`;
const SCHEDULES = `${environmentPath}/schedules`;

const scheduleParams = z
  .strictObject({ project: keySchema, environment: keySchema, schedule: z.string().min(1).max(64) })
  .transform(({ project, environment, schedule }) => ({ environment: `${project}/${environment}`, schedule }));

export function scheduleRoutes(deps: ScheduleDeps): Route[] {
  return [createRoute(deps), ...listRoutes(deps), readRoute(deps), cancelRoute(deps)];
}

function createRoute(deps: ScheduleDeps): Route {
  return defineRoute({
    method: 'post',
    path: FLAG_SCHEDULES,
    summary: 'Schedules a change of a flag for an instant',
    tag: 'schedules',
    access: { kind: 'operator', role: 'editor' },
    params: documentParams('flag'),
    body: newScheduleSchema,
    reply: { status: 201, description: 'the scheduled change', schema: scheduleViewSchema },
    problems: ['archived', 'schedule-out-of-range', 'too-many-schedules'],
    async handle({ params: flag, body, principal, nowMs }) {
      const schedule = await createSchedule(deps, { flag, body, by: principal.actor, nowMs });
      return { status: 201, body: viewOfSchedule(schedule) };
    },
  });
}

function listRoutes({ storage }: ScheduleDeps): Route[] {
  const shared = {
    method: 'get',
    tag: 'schedules',
    access: { kind: 'operator', role: 'reader' },
    query: schedulesQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(scheduleViewSchema) },
    problems: [],
  } as const;
  type Query = z.output<typeof schedulesQuerySchema>;
  const list = async (environment: string, { limit, ...query }: Query & { flagKey?: string }) => {
    const rows = await storage.listSchedules(environment, { ...query, limit: limit + 1 });
    const each = { itemOf: viewOfSchedule, keyOf: (row: ScheduleRow) => row.id };
    return { status: 200, body: pageFrom<ScheduleRow, ScheduleView>(rows, limit, each) };
  };
  return [
    defineRoute({
      ...shared,
      path: SCHEDULES,
      summary: 'Lists the scheduled changes of an environment, by id, and what became of them',
      params: environmentParams,
      handle: ({ params: environment, query }) => list(environment, query),
    }),
    defineRoute({
      ...shared,
      path: FLAG_SCHEDULES,
      summary: 'Lists the scheduled changes of one flag, by id, and what became of them',
      params: documentParams('flag'),
      handle: ({ params: { environment, key: flagKey }, query }) => list(environment, { ...query, flagKey }),
    }),
  ];
}

function readRoute({ storage }: ScheduleDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${SCHEDULES}/{schedule}`,
    summary: 'Reads one scheduled change, and what became of it',
    tag: 'schedules',
    access: { kind: 'operator', role: 'reader' },
    params: scheduleParams,
    reply: { status: 200, description: 'the scheduled change', schema: scheduleViewSchema },
    problems: [],
    async handle({ params }) {
      return { status: 200, body: viewOfSchedule(await getSchedule(storage, params)) };
    },
  });
}

/** Takes back what was not applied yet. A schedule is pending or it is not: no version is needed to say which. */
function cancelRoute({ storage }: ScheduleDeps): Route {
  return defineRoute({
    method: 'delete',
    path: `${SCHEDULES}/{schedule}`,
    summary: 'Cancels a scheduled change that is pending',
    tag: 'schedules',
    access: { kind: 'operator', role: 'editor' },
    params: scheduleParams,
    query: changeQuerySchema,
    reply: { status: 200, description: 'the cancelled change', schema: scheduleViewSchema },
    problems: ['schedule-settled'],
    async handle({ params, query: { reason }, principal, nowMs }) {
      const { environment, schedule: scheduleId } = params;
      const state = { kind: 'cancelled', settledAtMs: nowMs, by: principal.actor, reason } as const;
      const outcome = await storage.settleSchedule({ environment, scheduleId, state, checked: null }, null);
      if (outcome.kind === 'settled') return { status: 200, body: viewOfSchedule(outcome.schedule) };
      throw settled(await getSchedule(storage, params));
    },
  });
}

async function getSchedule(
  storage: Storage,
  { environment, schedule: id }: { environment: string; schedule: string },
): Promise<ScheduleRow> {
  const row = await storage.findSchedule(environment, id);
  if (row !== undefined) return row;
  throw problem('not-found', { detail: `There is no scheduled change ${id} in ${environment}.` });
}

function settled({ id, state }: ScheduleRow): ProblemError {
  return problem('schedule-settled', { detail: `The scheduled change ${id} is ${state.kind} already.` });
}
