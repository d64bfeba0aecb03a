import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Context } from '@tidegate/evaluation';
import {
  OFREP_EVALUATE_PATH,
  OFREP_STREAM_PATH,
  type OfrepBulk,
  type OfrepFailure,
  type OfrepSuccess,
} from '@tidegate/protocol';
import { isKnown } from '../../http/etag.ts';
import type { KeyFinder } from '../../http/key-finder.ts';
import { queryOf } from '../../http/query-of.ts';
import { RequestBudget } from '../../http/request-budget.ts';
import type { SdkReply, SdkRequest, SdkRoute } from '../../http/sdk-handler.ts';
import type { EnvironmentView, EnvironmentViews } from '../delivery/index.ts';
import { evaluateAllVisible, evaluateOne } from './evaluate-visible.ts';
import { readContext } from './read-context.ts';
import { mintTicket } from './stream-ticket.ts';
import type { VisibleChanges } from './visible-changes.ts';

/** A page that nobody looks at needs no news: the protocol's own default, said aloud. */
const INACTIVITY_DELAY_SEC = 120;

export interface EvaluateOptions {
  readonly views: EnvironmentViews;
  readonly visibleChanges: VisibleChanges;
  readonly findKey: KeyFinder;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Flags evaluated here, for clients that cannot evaluate. The rules are those in memory: a request asks the database
 * for nothing but its key, and that every few seconds.
 */
export function evaluateRoutes(options: EvaluateOptions): SdkRoute[] {
  const budget = new RequestBudget(options.nowMs);
  const routeOf = (path: string, answer: Answer): SdkRoute => ({
    method: 'POST',
    path,
    keys: ['server', 'browser'],
    findKey: (request) => options.findKey(authorizationOf(request)),
    handle: async (request) => (budget.spend(request.key.id) ? handle(options, answer, request) : RATE_LIMITED),
  });
  return [routeOf(OFREP_EVALUATE_PATH, answerAll), routeOf(`${OFREP_EVALUATE_PATH}/{key}`, answerOne)];
}

type Answer = (options: EvaluateOptions, request: SdkRequest, context: Context) => Promise<SdkReply>;

const RATE_LIMITED: SdkReply = {
  kind: 'problem',
  code: 'rate-limited',
  detail: 'This key asks too often: wait for as many seconds as Retry-After says.',
  headers: { 'retry-after': '1' },
};

/** OpenFeature's clients are configured with either header; a proxy may want `Authorization` for itself. */
function authorizationOf({ headers }: IncomingMessage): string | undefined {
  const apiKey = headers['x-api-key'];
  return typeof apiKey === 'string' ? `Bearer ${apiKey}` : headers.authorization;
}

/** Whatever goes wrong is told in the protocol's words. */
async function handle(options: EvaluateOptions, answer: Answer, request: SdkRequest): Promise<SdkReply> {
  const failed = (status: 400 | 500, failure: OfrepFailure) =>
    json(status, request.pathKey === '' ? failure : { key: flagKeyOf(request), ...failure });
  try {
    const asked = await readContext(request.raw);
    return asked.kind === 'refused' ? failed(400, asked.failure) : await answer(options, request, asked.context);
  } catch (error) {
    options.onError(error);
    return failed(500, { errorCode: 'GENERAL', errorDetails: 'The server could not finish; try again.' });
  }
}

async function answerOne({ views }: EvaluateOptions, request: SdkRequest, context: Context): Promise<SdkReply> {
  const view = await views.get(request.environment);
  const evaluation = evaluateOne({ view, keyKind: request.keyKind, context }, flagKeyOf(request));
  if (!('errorCode' in evaluation)) return json(200, evaluation);
  return json(evaluation.errorCode === 'FLAG_NOT_FOUND' ? 404 : 400, evaluation);
}

async function answerAll(options: EvaluateOptions, request: SdkRequest, context: Context): Promise<SdkReply> {
  const view = await viewFor(options.views, request);
  const flags = evaluateAllVisible({ view, keyKind: request.keyKind, context });
  const bytes = Buffer.from(JSON.stringify(bulkOf(options, { request, view, flags })));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  const headers = { etag, 'cache-control': 'no-cache' };
  if (isKnown(request.raw.headers['if-none-match'], etag)) return { kind: 'bytes', status: 304, bytes: null, headers };
  return { kind: 'bytes', status: 200, bytes, headers: { ...headers, 'content-type': 'application/json' } };
}

/** The environment as a client that was told of a change by another node's stream expects to find it. */
async function viewFor(views: EnvironmentViews, { raw, environment }: SdkRequest): Promise<EnvironmentView> {
  const view = await views.get(environment);
  const told = queryOf(raw).get('flagConfigEtag');
  const [, revision] = /^"(\d{1,15})"$/.exec(told ?? '') ?? [];
  return revision !== undefined && Number(revision) > view.revision ? views.fresh(environment) : view;
}

function bulkOf(
  { visibleChanges, nowMs }: EvaluateOptions,
  { request, view, flags }: { request: SdkRequest; view: EnvironmentView; flags: OfrepBulk['flags'] },
): OfrepBulk {
  const { revision: seenRevision } = visibleChanges.last(view, request.keyKind);
  const ticket = mintTicket(request.key, { nowMs: nowMs(), seenRevision });
  return {
    flags,
    metadata: { environment: view.environment },
    eventStreams: [
      {
        type: 'sse',
        endpoint: { requestUri: `${OFREP_STREAM_PATH}?ticket=${ticket}` },
        inactivityDelaySec: INACTIVITY_DELAY_SEC,
      },
    ],
  };
}

function json(status: number, body: OfrepSuccess | OfrepFailure): SdkReply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { kind: 'bytes', status, bytes: Buffer.from(JSON.stringify(body)), headers };
}

/** What is no percent-encoding names no flag, and is told so as it came. */
function flagKeyOf({ pathKey }: SdkRequest): string {
  try {
    return decodeURIComponent(pathKey);
  } catch {
    return pathKey;
  }
}
