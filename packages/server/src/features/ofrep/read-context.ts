import type { IncomingMessage } from 'node:http';
import type { Context } from '@tidegate/evaluation';
import { type OfrepFailure, ofrepRequestSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { parseJson } from '../../http/parse-json.ts';
import { readBody } from '../../http/read-body.ts';

/** A context is a handful of attributes, not a document store. */
const REQUEST_BYTES_MAX = 64_000;

export type ContextOutcome =
  | { readonly kind: 'read'; readonly context: Context }
  | { readonly kind: 'refused'; readonly failure: OfrepFailure };

/** For whom flags are asked. Without a context nobody in particular asks. */
export async function readContext(request: IncomingMessage): Promise<ContextOutcome> {
  const body = await readBody(request, REQUEST_BYTES_MAX);
  switch (body.kind) {
    case 'too-large':
      return refused('INVALID_CONTEXT', `A request has at most ${body.maxBytes} bytes.`);
    case 'unsupported-encoding':
      return refused('PARSE_ERROR', `Send the body plain or as gzip, not as ${body.encoding}.`);
    case 'malformed':
      return refused('PARSE_ERROR', 'The body is not what its Content-Encoding says.');
    case 'read':
      return contextOf(parseJson(body.text)?.value);
    default:
      throw body satisfies never;
  }
}

function contextOf(request: unknown): ContextOutcome {
  if (typeof request !== 'object' || request === null) return refused('PARSE_ERROR', 'Send {"context": {…}} as JSON.');
  const asked = ofrepRequestSchema.safeParse(request);
  if (!asked.success) return refused('INVALID_CONTEXT', z.prettifyError(asked.error));
  // It was parsed as JSON, and the evaluator takes any: attributes of an unexpected type match nothing.
  return { kind: 'read', context: (asked.data.context ?? {}) as Context };
}

function refused(errorCode: OfrepFailure['errorCode'], errorDetails: string): ContextOutcome {
  return { kind: 'refused', failure: { errorCode, errorDetails } };
}
