import { type HttpAnswer, type HttpRequest, REQUEST_TIMEOUT_MS } from '@tidegate/sdk-core';

/** What all `keepalive` requests of a page may have in flight together is 64 KiB (Fetch standard, section 4.6). */
export const KEEPALIVE_BYTES_MAX = 60_000;

/** One HTTP request, without cookies: the key in its header is all that the server looks at. */
export async function sendRequest(url: string, key: string, { body, etag, signal }: HttpRequest): Promise<HttpAnswer> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, REQUEST_TIMEOUT_MS);
  signal?.addEventListener('abort', abort);
  try {
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${key}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(etag && { 'if-none-match': etag }),
      },
      ...(body && { method: 'POST', body }),
      credentials: 'omit',
      keepalive: !signal,
      signal: controller.signal,
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    // What leaving pages may have in flight is used up, by others too, or the page ends just now. A beacon is the last
    // word: nobody hears how it fared, so the same batch comes again, under its number, if the page lives on.
    if (!signal) navigator.sendBeacon?.(`${url}?key=${key}`, body);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
