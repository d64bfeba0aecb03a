import type { HttpOutcome, HttpRequest } from '@tidegate/sdk-core';

/** What all `keepalive` requests of a page may have in flight together is 64 KiB (Fetch standard, section 4.6). */
export const KEEPALIVE_BYTES_MAX = 60_000;

/** One HTTP request, without cookies: the key in its header is all that the server looks at. */
export async function sendRequest(baseUrl: string, request: HttpRequest): Promise<HttpOutcome> {
  const { method, headers, path, body, keepalive = false, timeoutMs, responseBytesMax } = request;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  request.signal?.addEventListener('abort', () => controller.abort());
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers,
      credentials: 'omit',
      signal: controller.signal,
      ...(body === undefined ? {} : { body, keepalive: keepalive && body.length <= KEEPALIVE_BYTES_MAX }),
    });
    const text = await response.text();
    if (text.length > responseBytesMax) throw new Error(`larger than ${responseBytesMax}`);
    return { kind: 'answered', status: response.status, headers: response.headers, body: text };
  } catch (error) {
    return { kind: 'failed', message: `${method} ${baseUrl}${path}: ${String(error)}` };
  } finally {
    clearTimeout(timer);
  }
}
