import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type HttpAnswer, type HttpRequest, REQUEST_TIMEOUT_MS } from '@tidegate/sdk-core';

/** Below it, the headers weigh more than what compression saves. */
const GZIP_FROM_CHARS = 1_024;
const compress = promisify(gzip);

/** Of a body, uncompressed: 10 000 flags with rules, about ten times over. A larger answer is a mistake. */
const RESPONSE_BYTES_MAX = 100_000_000;

/** One HTTP request. Redirects are not followed: the key is for the configured server alone. */
export async function sendRequest(url: string, key: string, request: HttpRequest): Promise<HttpAnswer> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)),
    REQUEST_TIMEOUT_MS,
  );
  request.signal?.addEventListener('abort', () => controller.abort(new Error('given up')));
  try {
    const content = await contentOf(request.body);
    const response = await fetch(url, {
      redirect: 'manual',
      signal: controller.signal,
      ...content,
      headers: {
        authorization: `Bearer ${key}`,
        ...(request.etag && { 'if-none-match': request.etag }),
        ...content.headers,
      },
    });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      throw new Error(`the server redirects to ${location.slice(0, 200)}: give its own address as url`);
    }
    const body = await readBody(response, RESPONSE_BYTES_MAX);
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    throw new Error(`${url}: ${reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

async function contentOf(body: string | undefined): Promise<Content> {
  if (body === undefined) return { headers: {} };
  const headers = { 'content-type': 'application/json' };
  if (body.length < GZIP_FROM_CHARS) return { method: 'POST', headers, body };
  return { method: 'POST', headers: { ...headers, 'content-encoding': 'gzip' }, body: await compress(body) };
}

interface Content extends Pick<RequestInit, 'method' | 'body'> {
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts what comes out of decompression, so that a small answer cannot unfold into a large one. */
async function readBody(response: Response, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return '';
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (bytes > bytesMax) throw new Error(`the answer is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch failed` says nothing; its cause says ECONNREFUSED. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
}
