import type { Context } from '@tidegate/evaluation';
import { PROTOCOL_VERSION, SNAPSHOT_PATH, type Snapshot, snapshotRequestSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { isKnown } from '../../http/etag.ts';
import { parseJson } from '../../http/parse-json.ts';
import { readBody } from '../../http/read-body.ts';
import { bodyProblem, type SdkReply, type SdkRequest, type SdkRoute } from '../../http/sdk-handler.ts';
import { browserFlags } from './browser-documents.ts';
import type { EnvironmentViews } from './environment-views.ts';
import { SnapshotCache } from './snapshot-bytes.ts';

/** A context is a handful of attributes, not a document store. */
const CONTEXT_BYTES_MAX = 64_000;

/** Everything at one revision: rules for server keys, what a browser may hold for browser keys. */
export function snapshotRoutes(views: EnvironmentViews): SdkRoute[] {
  const cache = new SnapshotCache();
  return [
    {
      method: 'GET',
      path: SNAPSHOT_PATH,
      keys: ['server'],
      handle: (request) => serverSnapshot(views, cache, request),
    },
    { method: 'POST', path: SNAPSHOT_PATH, keys: ['browser'], handle: (request) => browserSnapshot(views, request) },
  ];
}

async function serverSnapshot(views: EnvironmentViews, cache: SnapshotCache, request: SdkRequest): Promise<SdkReply> {
  const view = await views.fresh(request.environment);
  const { etag, plain, gzipped } = await cache.get(view);
  const headers = { etag, 'cache-control': 'no-cache', vary: 'authorization, accept-encoding' };
  if (isKnown(request.raw.headers['if-none-match'], etag)) return { kind: 'bytes', status: 304, bytes: null, headers };
  const takesGzip = /\bgzip\b/.test(request.raw.headers['accept-encoding']?.toString() ?? '');
  const body = takesGzip && gzipped !== null ? gzipped : plain;
  return {
    kind: 'bytes',
    status: 200,
    bytes: body,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...(body === gzipped ? { 'content-encoding': 'gzip' } : {}),
    },
  };
}

async function browserSnapshot(views: EnvironmentViews, request: SdkRequest): Promise<SdkReply> {
  const body = await readBody(request.raw, CONTEXT_BYTES_MAX);
  if (body.kind !== 'read') return bodyProblem(body);
  const parsed = parseJson(body.text);
  if (parsed === undefined) return { kind: 'problem', code: 'malformed-json', detail: 'The body is not JSON.' };
  const asked = snapshotRequestSchema.safeParse(parsed.value);
  if (!asked.success) {
    return {
      kind: 'problem',
      code: 'invalid-request',
      detail: `Send {"context": {…}}: ${z.prettifyError(asked.error)}`,
    };
  }
  const view = await views.fresh(request.environment);
  // It was parsed as JSON, and the evaluator takes any: attributes of an unexpected type match nothing.
  const context = asked.data.context as Context;
  const snapshot: Snapshot = {
    protocol: PROTOCOL_VERSION,
    environment: view.environment,
    revision: view.revision,
    flags: browserFlags(view, view.browserShare, context),
    segments: [...view.browserShare.segments.values()],
  };
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { kind: 'bytes', status: 200, bytes: Buffer.from(JSON.stringify(snapshot)), headers };
}
