import { type HttpOutcome, REQUEST_TIMEOUT_MS } from '@tidegate/sdk-core';
import { after } from './platform.ts';

/** POSTs JSON. Never rejects: an attempt without an answer has the status 0. What no signal gives up outlives the page. */
export type SendRequest = (path: string, body: unknown, signal?: AbortSignal) => Promise<HttpOutcome>;

/** What all `keepalive` requests of a page may have in flight together is 64 KiB (Fetch standard, section 4.6). */
const KEEPALIVE_BYTES_MAX = 60_000;

/**
 * The key, which is public, goes in the address: without headers of its own a request needs no permission of another
 * origin's server before it (Fetch standard, section 3.3.2), which is a round trip less, and a beacon has none anyway.
 */
export function requestsTo(baseUrl: string, key: string): SendRequest {
  return async (path, json, signal) => {
    const url = `${baseUrl}${path}?key=${key}`;
    const body = JSON.stringify(json);
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const cancel = after(REQUEST_TIMEOUT_MS, abort);
    if (signal) signal.onabort = abort;
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        credentials: 'omit',
        keepalive: !signal && new Blob([body]).size < KEEPALIVE_BYTES_MAX,
        signal: controller.signal,
      });
      return { status: response.status, headers: response.headers, body: await response.text() };
    } catch (error) {
      // What leaving pages may have in flight is used up, by others too, or the page ends just now. A beacon is the last
      // word: nobody hears how it fared, so the same batch comes again, under its number, if the page lives on.
      if (!signal) navigator.sendBeacon?.(url, body);
      return { status: 0, body: String(error) };
    } finally {
      cancel();
    }
  };
}
