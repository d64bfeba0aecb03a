import type { HttpAnswer, HttpRequest, Platform } from '../platform.ts';

/** What an attempt came to: an answer, or the status 0 and why there is none. */
export interface HttpOutcome extends Pick<HttpAnswer, 'status' | 'body'> {
  readonly headers?: HttpAnswer['headers'];
}

/** A fault of ours, in making a request or in the platform, is a failed attempt and no reason to end the application. */
export async function attemptRequest(
  platform: Platform,
  path: string,
  makeRequest: () => HttpRequest,
): Promise<HttpOutcome> {
  try {
    return await platform.request(path, makeRequest());
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

/** Enough of a problem's detail, or of a proxy's page, to know what is wrong, never enough to fill a log. */
const BODY_CHARS_MAX = 300;

export function tellOutcome({ status, body }: HttpOutcome): string {
  return (status ? `status ${status}: ` : '') + body.slice(0, BODY_CHARS_MAX);
}
