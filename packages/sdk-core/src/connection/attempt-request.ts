import type { HttpOutcome, HttpRequest, Platform } from '../platform.ts';

/** A fault of ours, in making a request or in the platform, is a failed attempt and no reason to end the application. */
export async function attemptRequest(platform: Platform, makeRequest: () => HttpRequest): Promise<HttpOutcome> {
  try {
    return await platform.request(makeRequest());
  } catch (error) {
    return { kind: 'failed', message: String(error) };
  }
}
