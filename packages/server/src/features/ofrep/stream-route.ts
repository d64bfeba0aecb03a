import type { IncomingMessage } from 'node:http';
import { OFREP_STREAM_PATH } from '@tidegate/protocol';
import type { KeyByIdFinder } from '../../http/key-finder.ts';
import { queryOf } from '../../http/query-of.ts';
import type { SdkReply, SdkRequest, SdkRoute } from '../../http/sdk-handler.ts';
import type { KeyRow } from '../../storage/storage.ts';
import type { EnvironmentViews } from '../delivery/index.ts';
import type { ChangeStreams } from './change-streams.ts';
import { isGenuine, readTicket } from './stream-ticket.ts';
import type { VisibleChanges } from './visible-changes.ts';

export interface StreamRouteOptions {
  readonly views: EnvironmentViews;
  readonly visibleChanges: VisibleChanges;
  readonly streams: ChangeStreams;
  readonly findKeyById: KeyByIdFinder;
  readonly nowMs: () => number;
}

/** The stream whose address an answer to all flags carries. Its ticket is in the query, which no log of ours keeps. */
export function streamRoute(options: StreamRouteOptions): SdkRoute {
  return {
    method: 'GET',
    path: OFREP_STREAM_PATH,
    keys: ['server', 'browser'],
    findKey: (request) => findByTicket(options, request),
    handle: (request) => openStream(options, request),
  };
}

async function findByTicket(
  { findKeyById, nowMs }: StreamRouteOptions,
  request: IncomingMessage,
): Promise<KeyRow | undefined> {
  const text = ticketTextOf(request);
  const ticket = readTicket(text);
  if (ticket === undefined || ticket.expiresAtMs <= nowMs()) return undefined;
  const key = await findKeyById(ticket.keyId);
  return key !== undefined && isGenuine(text, key) ? key : undefined;
}

async function openStream(options: StreamRouteOptions, request: SdkRequest): Promise<SdkReply> {
  const { views, visibleChanges, streams } = options;
  if (!streams.takesMore) {
    const detail = 'This server takes no more streams: come back later, or poll.';
    return { kind: 'problem', code: 'unavailable', detail, headers: { 'retry-after': RETRY_AFTER_S } };
  }
  const { raw, environment, keyKind, key } = request;
  const view = await views.get(environment);
  return {
    kind: 'stream',
    headers: STREAM_HEADERS,
    open: (response) =>
      streams.open(
        response,
        { environment, keyKind, keyId: key.id, seenRevision: seenRevisionOf(raw) },
        visibleChanges.last(view, keyKind),
      ),
  };
}

/** By then a page or two will have been closed. */
const RETRY_AFTER_S = '60';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // nginx would keep messages back until it has enough of them.
  'x-accel-buffering': 'no',
};

/** A client that comes back says the id of what it heard last; a new one has seen what its answer had. */
function seenRevisionOf(request: IncomingMessage): number | undefined {
  const last = request.headers['last-event-id'];
  if (typeof last === 'string' && /^\d{1,15}$/.test(last)) return Number(last);
  return readTicket(ticketTextOf(request))?.seenRevision;
}

function ticketTextOf(request: IncomingMessage): string {
  return queryOf(request).get('ticket') ?? '';
}
