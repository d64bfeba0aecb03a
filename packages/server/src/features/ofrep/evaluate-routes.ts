import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
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
  const shared = {
    method: 'POST',
    keys: ['server', 'browser'],
    findKey: (request: IncomingMessage) => options.findKey(authorizationOf(request)),
  } as const;
  const within =
    (answer: Answer): SdkRoute['handle'] =>
    async (request) =>
      budget.spend(request.key.id) ? answer(options, request) : RATE_LIMITED;
  return [
    { ...shared, path: OFREP_EVALUATE_PATH, handle: within(answerAll) },
    { ...shared, path: `${OFREP_EVALUATE_PATH}/{key}`, handle: within(answerOne) },
  ];
}

type Answer = (options: EvaluateOptions, request: SdkRequest) => Promise<SdkReply>;

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

const answerOne: Answer = async ({ views, onError }, request) => {
  const key = decode(request.pathKey);
  try {
    const asked = await readContext(request.raw);
    if (asked.kind === 'refused') return fail(400, { key, ...asked.failure });
    const view = await views.get(request.environment);
    const evaluation = evaluateOne({ view, keyKind: request.keyKind, context: asked.context }, key);
    if (!('errorCode' in evaluation)) return json(200, evaluation);
    return fail(evaluation.errorCode === 'FLAG_NOT_FOUND' ? 404 : 400, evaluation);
  } catch (error) {
    onError(error);
    return fail(500, { key, ...UNABLE });
  }
};

const answerAll: Answer = async (options, request) => {
  try {
    const asked = await readContext(request.raw);
    if (asked.kind === 'refused') return fail(400, asked.failure);
    const view = await viewFor(options.views, request);
    const flags = evaluateAllVisible({ view, keyKind: request.keyKind, context: asked.context });
    const bytes = Buffer.from(JSON.stringify(bulkOf(options, { request, view, flags })));
    const headers = {
      etag: `"${createHash('sha256').update(bytes).digest('base64url')}"`,
      'cache-control': 'no-cache',
    };
    if (isKnown(request.raw.headers['if-none-match'], headers.etag)) {
      return { kind: 'bytes', status: 304, bytes: null, headers };
    }
    return { kind: 'bytes', status: 200, bytes, headers: { ...headers, 'content-type': 'application/json' } };
  } catch (error) {
    options.onError(error);
    return fail(500, UNABLE);
  }
};

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

const UNABLE: OfrepFailure = { errorCode: 'GENERAL', errorDetails: 'The server could not finish; try again.' };

function fail(status: 400 | 404 | 500, failure: OfrepFailure): SdkReply {
  return json(status, failure);
}

function json(status: number, body: OfrepSuccess | OfrepFailure): SdkReply {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { kind: 'bytes', status, bytes: Buffer.from(JSON.stringify(body)), headers };
}

/** What is no percent-encoding names no flag, and is told so as it came. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
