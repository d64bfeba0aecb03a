import type { EventBatch } from '@tidegate/analysis';
import { BATCH_BYTES_MAX, EVENTS_PATH, PROTOCOL_VERSION, type ProblemCode } from '@tidegate/protocol';
import { readBody } from '../../http/read-body.ts';
import { bodyProblem, type SdkReply, type SdkRequest, type SdkRoute } from '../../http/sdk-handler.ts';
import type { Storage } from '../../storage/storage.ts';
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
  const batch = parseBatch(body.text);
  if (!batch.ok) return batch.reply;
  const receivedAtMs = options.nowMs();
  // The text that was checked is the text that is kept: it is not written out a second time.
  const record = `{"kind":"batch","receivedAtMs":${receivedAtMs},"origin":"${request.keyKind}","batch":${body.text}}`;
  await options.storage.appendRecords([{ environment: request.environment, body: record, receivedAtMs }]);
  options.onAcknowledged(request.environment, options.nowMs() - receivedAtMs);
  const bytes = Buffer.from(`{"acknowledgedSeq":${batch.value.seq}}`);
  return { kind: 'bytes', status: 200, bytes, headers: { 'content-type': 'application/json' } };
}

type Parsed = { readonly ok: true; readonly value: EventBatch } | { readonly ok: false; readonly reply: SdkReply };

function parseBatch(text: string): Parsed {
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
  const flaw = findBatchFlaw(json);
  if (flaw !== undefined) return refused('invalid-request', `Not an event batch: ${flaw}`);
  // `findBatchFlaw` has looked at every member.
  return { ok: true, value: json as EventBatch };
}

function refused(code: ProblemCode, detail: string): Parsed {
  return { ok: false, reply: { kind: 'problem', code, detail } };
}
