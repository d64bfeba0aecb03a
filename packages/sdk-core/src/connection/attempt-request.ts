import type { AbortSignalLike, HttpAnswer, Platform } from '../platform.ts';

/** What an attempt came to: an answer, or the status 0 and why there is none. */
export interface HttpOutcome extends Pick<HttpAnswer, 'status' | 'body'> {
  readonly headers?: HttpAnswer['headers'];
}

export interface Asked {
  readonly key: string;
  readonly path: string;
  readonly makeBody?: (() => string) | undefined;
  readonly etag?: string | undefined;
  readonly signal?: AbortSignalLike;
}

/** A fault of ours, in making a request or in the platform, is a failed attempt and no reason to end the application. */
export async function attemptRequest(
  platform: Platform,
  { key, path, makeBody, etag, signal }: Asked,
): Promise<HttpOutcome> {
  try {
    return await platform.request({
      method: makeBody ? 'POST' : 'GET',
      path,
      headers: {
        authorization: `Bearer ${key}`,
        ...(makeBody && { 'content-type': 'application/json' }),
        ...(etag && { 'if-none-match': etag }),
      },
      ...(makeBody && { body: makeBody() }),
      signal,
    });
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

/** Enough of a problem's detail, or of a proxy's page, to know what is wrong, never enough to fill a log. */
const BODY_CHARS_MAX = 300;

export function tellOutcome({ status, body }: HttpOutcome): string {
  return (status ? `status ${status}: ` : '') + body.slice(0, BODY_CHARS_MAX);
}
