import type { EventBatch } from '@tidegate/analysis';
import { BATCH_BYTES_MAX, EVENTS_PATH, PROTOCOL_VERSION, type ProblemCode, pageBatchSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { readBody } from '../../http/read-body.ts';
import { bodyProblem, type SdkReply, type SdkRequest, type SdkRoute } from '../../http/sdk-handler.ts';
import type { Storage } from '../../storage/storage.ts';
import { columnsOf } from './columns-of.ts';
import { findBatchFlaw } from './find-batch-flaw.ts';

export interface AcceptBatchOptions {
  readonly storage: Storage;
  readonly nowMs: () => number;
  /** Called when a batch has become durable, with the time that it took. */
  readonly onAcknowledged: (environment: string, durationMs: number) => void;
}

/**
 * Ingest is one append: a batch that has the documented shape becomes one row of the batch log, and is acknowledged
 * once that row is durable. Who counts it, and that it counts once, is the accountant's business.
 */
export function eventRoutes(options: AcceptBatchOptions): SdkRoute[] {
  return [
    {
      method: 'POST',
      path: EVENTS_PATH,
      keys: ['server', 'browser'],
      handle: (request) => acceptBatch(options, request),
    },
  ];
}

async function acceptBatch(options: AcceptBatchOptions, request: SdkRequest): Promise<SdkReply> {
  const body = await readBody(request.raw, BATCH_BYTES_MAX);
  if (body.kind !== 'read') return bodyProblem(body);
  const receivedAtMs = options.nowMs();
  const batch = parseBatch(body.text, receivedAtMs);
  if (!batch.ok) return batch.reply;
  const { seq, text, status } = batch.value;
  const record = `{"kind":"batch","receivedAtMs":${receivedAtMs},"origin":"${request.keyKind}","batch":${text}}`;
  await options.storage.appendRecords([{ environment: request.environment, body: record, receivedAtMs }]);
  options.onAcknowledged(request.environment, options.nowMs() - receivedAtMs);
  const bytes = Buffer.from(`{"acknowledgedSeq":${seq}}`);
  return { kind: 'bytes', status, bytes, headers: { 'content-type': 'application/json' } };
}

type Parsed = { readonly ok: true; readonly value: ReadBatch } | { readonly ok: false; readonly reply: SdkReply };

interface ReadBatch {
  readonly seq: number;
  /** An `EventBatch` as JSON. */
  readonly text: string;
  /** Of the answer, when it is kept. */
  readonly status: number;
}

function parseBatch(text: string, receivedAtMs: number): Parsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('malformed-json', 'The body is not JSON.');
  }
  const protocol = (json as { protocol?: unknown } | null)?.protocol;
  if (typeof protocol === 'number' && protocol !== PROTOCOL_VERSION) {
    return refused('unsupported-protocol', `This server speaks version ${PROTOCOL_VERSION}, the batch ${protocol}.`);
  }
  if (typeof json === 'object' && json !== null && 'rows' in json) {
    const page = pageBatchSchema.safeParse(json);
    if (!page.success) return refused('invalid-request', `Not a page's batch: ${z.prettifyError(page.error)}`);
    return {
      ok: true,
      value: { seq: page.data.seq, text: JSON.stringify(columnsOf(page.data, receivedAtMs)), status: 202 },
    };
  }
  const flaw = findBatchFlaw(json);
  if (flaw !== undefined) return refused('invalid-request', `Not an event batch: ${flaw}`);
  // `findBatchFlaw` has looked at every member. The text that was checked is the text that is kept.
  return { ok: true, value: { seq: (json as EventBatch).seq, text, status: 200 } };
}

function refused(code: ProblemCode, detail: string): Parsed {
  return { ok: false, reply: { kind: 'problem', code, detail } };
}
