import type { IncomingMessage } from 'node:http';
import { inspectJson } from './inspect-json.ts';
import { problem } from './problem.ts';
import { type BodyOutcome, readBody } from './read-body.ts';

/** A flag with all its limits used takes a few hundred kilobytes; more is not configuration. */
const BODY_BYTES_MAX = 1_000_000;

const MEDIA_TYPE = /^application\/(merge-patch\+)?json *(; *charset="?utf-?8"?)?$/i;

/**
 * The body of a REST request; no body reads as `{}`, so that changes whose members all have defaults need none.
 * Throws `unsupported-media-type`, `unsupported-encoding`, `body-too-large`, `malformed-json` or `invalid-request`.
 */
export async function readJson(request: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  return parseBody(await readJsonText(request, bytesMax));
}

/** No text at all where there is no body. */
export async function readJsonText(request: IncomingMessage, bytesMax = BODY_BYTES_MAX): Promise<string | undefined> {
  if (!hasBody(request)) return undefined;
  const mediaType = request.headers['content-type'] ?? '';
  if (!MEDIA_TYPE.test(mediaType)) {
    throw problem('unsupported-media-type', {
      detail: `Send \`Content-Type: application/json\` (in UTF-8), not ${mediaType === '' ? 'none' : mediaType}.`,
    });
  }
  const outcome = await readBody(request, bytesMax);
  if (outcome.kind !== 'read') throw bodyRefusal(outcome);
  return outcome.text;
}

export function parseBody(text: string | undefined): unknown {
  return text === undefined ? {} : parseJson(text);
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw problem('malformed-json', { detail: error instanceof Error ? error.message : 'The body is not JSON.' });
  }
  const finding = inspectJson(value);
  if (finding === undefined) return value;
  throw problem('invalid-request', { detail: `The body is refused: ${finding.detail}.`, errors: [finding] });
}

function bodyRefusal(outcome: Exclude<BodyOutcome, { kind: 'read' }>) {
  switch (outcome.kind) {
    case 'too-large':
      return problem('body-too-large', { detail: `A body has at most ${outcome.maxBytes} bytes, uncompressed.` });
    case 'unsupported-encoding':
      return problem('unsupported-encoding', { detail: `Send the body plain or as gzip, not as ${outcome.encoding}.` });
    case 'malformed':
      return problem('malformed-json', { detail: 'The body is not what its Content-Encoding says.' });
    default:
      throw outcome satisfies never;
  }
}
