import type { HttpOutcome, HttpRequest } from '@tidegate/sdk-core';

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
      headers: request.headers,
      redirect: 'manual',
      signal: controller.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const body = await readBody(response, request.responseBytesMax);
    return { kind: 'answered', status: response.status, headers: response.headers, body };
  } catch (error) {
    return { kind: 'failed', message: `${request.method} ${baseUrl}${request.path}: ${reasonOf(error)}` };
  } finally {
    clearTimeout(timer);
  }
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
