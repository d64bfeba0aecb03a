import {
  CHANNELS_MAX,
  type ChannelSettings,
  channelSettingsSchema,
  channelViewSchema,
  type Notice,
  pageOf,
  pageQuerySchema,
  type Sending,
  sendingSchema,
} from '@tidegate/protocol';
import type * as z from 'zod';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { SettingsRow, Storage } from '../../storage/storage.ts';
import { removeSettings, saveSettings, settingsParams } from '../settings/index.ts';
import { settingsOfChannel, viewOfChannel } from './channel-of.ts';
import { keepsAlarms } from './compose/addressed-to.ts';
import { makeSender, type SendingDeps } from './senders/make-sender.ts';

export interface ChannelRouteDeps extends SendingDeps {
  readonly storage: Storage;
}

const path = `${environmentPath}/channels`;
const channelParams = settingsParams('channel');

export function channelRoutes(deps: ChannelRouteDeps): Route[] {
  return [listRoute(deps), readRoute(deps), saveRoute(deps), removeRoute(deps), testRoute(deps)];
}

function listRoute({ storage }: ChannelRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: "Lists the channels that are told of the environment's rollouts, by key; of secrets it tells the names",
    tag: 'notices',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(channelViewSchema) },
    problems: [],
    async handle({ params: scope, query }) {
      const rows = await storage.listSettings({ kind: 'channel', scope }, { ...query, limit: query.limit + 1 });
      const body = pageFrom(rows, query.limit, { itemOf: viewOfChannel, keyOf: (row) => row.key });
      return { status: 200, body };
    },
  });
}

function readRoute({ storage }: ChannelRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/{key}`,
    summary: 'Reads one channel; of secrets it tells the names',
    tag: 'notices',
    access: { kind: 'operator', role: 'reader' },
    params: channelParams,
    reply: { status: 200, description: 'the channel', schema: channelViewSchema },
    problems: [],
    async handle({ params }) {
      const row = await getChannel(storage, params);
      return { status: 200, body: viewOfChannel(row), version: row.version };
    },
  });
}

function saveRoute(deps: ChannelRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: `${path}/{key}`,
    summary: 'Saves a channel as a new version, unless the newest says the same',
    tag: 'notices',
    access: { kind: 'operator', role: 'editor' },
    params: channelParams,
    body: channelSettingsSchema,
    ifMatch: 'heeded',
    reply: { status: 200, description: 'the version that says this', schema: channelViewSchema },
    problems: ['invalid-channel'],
    async handle({ params, body: document, principal, nowMs, expectedVersion }) {
      const { flaw } = makeSender(document, params.scope, deps);
      if (flaw !== undefined) throw problem('invalid-channel', { detail: flaw });
      const saving = {
        principal,
        nowMs,
        expectedVersion,
        refusedAs: 'invalid-channel',
        countMax: CHANNELS_MAX,
      } as const;
      const row = await saveSettings(deps.storage, { ...params, document }, saving);
      return { status: 200, body: viewOfChannel(row), version: row.version };
    },
  });
}

function removeRoute({ storage }: ChannelRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: `${path}/{key}`,
    summary: 'Removes a channel; what waited for it is given up',
    tag: 'notices',
    access: { kind: 'operator', role: 'editor' },
    params: channelParams,
    reply: { status: 204, description: 'there is no such channel any more' },
    problems: [],
    async handle({ params, principal, nowMs }) {
      await getChannel(storage, params);
      await removeSettings(storage, params, { principal, nowMs, refusedAs: 'invalid-channel' });
      return { status: 204 };
    },
  });
}

function testRoute({ storage, ...deps }: ChannelRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${path}/{key}/test`,
    summary: 'Sends a test notice to a channel, past the outbox; an alarm is raised and ended again',
    tag: 'notices',
    access: { kind: 'operator', role: 'editor' },
    params: channelParams,
    reply: { status: 200, description: 'what came of it, be it a failure', schema: sendingSchema },
    problems: [],
    async handle({ params, principal, nowMs }) {
      const settings = settingsOfChannel(await getChannel(storage, params));
      const by = principal.actor.name;
      return { status: 200, body: await sendTest({ ...params, settings, by, nowMs }, deps) };
    },
  });
}

interface ChannelTest {
  readonly scope: string;
  readonly key: string;
  readonly settings: ChannelSettings;
  readonly by: string;
  readonly nowMs: number;
}

async function sendTest({ scope, key, settings, by, nowMs }: ChannelTest, deps: SendingDeps): Promise<Sending> {
  const sender = makeSender(settings, scope, deps);
  const test: Notice = {
    kind: 'started',
    severity: settings.severity ?? 'info',
    alarm: 'raised',
    environment: scope,
    rolloutId: `test-${key}`,
    flagKey: 'test',
    rule: 'test',
    treatment: 'test',
    attempt: 1,
    sequence: 0,
    stage: null,
    title: `Tidegate reaches the channel ${key} of ${scope}`,
    detail: `This is a test by ${by}. Nothing happened.`,
    by,
    holds: [],
    atMs: nowMs,
  };
  const id = `test/${key}/${nowMs}`;
  const { signal } = new AbortController();
  const raised = await sender.send({ id, notice: test }, signal);
  if (raised.kind === 'failed' || !keepsAlarms(settings)) return raised;
  return sender.send({ id: `${id}/ended`, notice: { ...test, alarm: 'ended' } }, signal);
}

async function getChannel(storage: Storage, id: z.output<typeof channelParams>): Promise<SettingsRow> {
  const row = await storage.findSettings(id);
  if (row !== undefined && row.document !== null) return row;
  throw problem('not-found', { detail: `There is no channel ${id.key} in ${id.scope}.` });
}
