import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpOutcome, HttpRequest } from '@tidegate/sdk-core';

/** Below it, the headers weigh more than what compression saves. */
const GZIP_FROM_CHARS = 1_024;
const compress = promisify(gzip);

/**
 * One HTTP request, with the deadline and the bound of its body that the SDK asks for. Redirects are not followed: the
 * key is for the configured server alone.
 */
export async function sendRequest(baseUrl: string, request: HttpRequest): Promise<HttpOutcome> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`no answer within ${request.timeoutMs} ms`)),
    request.timeoutMs,
  );
  request.signal?.addEventListener('abort', () => controller.abort(new Error('given up')));
  try {
    const response = await fetch(`${baseUrl}${request.path}`, {
      method: request.method,
      redirect: 'manual',
      signal: controller.signal,
      ...(await contentOf(request)),
    });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      throw new Error(`the server redirects to ${location.slice(0, 200)}: give its own address as url`);
    }
    const body = await readBody(response, request.responseBytesMax);
    return { kind: 'answered', status: response.status, headers: response.headers, body };
  } catch (error) {
    return { kind: 'failed', message: `${request.method} ${baseUrl}${request.path}: ${reasonOf(error)}` };
  } finally {
    clearTimeout(timer);
  }
}

async function contentOf({ headers, body }: HttpRequest): Promise<Pick<RequestInit, 'headers' | 'body'>> {
  if (body === undefined) return { headers };
  if (body.length < GZIP_FROM_CHARS) return { headers, body };
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: await compress(body) };
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
