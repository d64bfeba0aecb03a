import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Platform } from '../platform.ts';
import { isPublicAddress } from './address-policy.ts';
import { lookupPublic, PrivateAddressError } from './lookup-public.ts';
import { redactMessage } from './redact.ts';

/**
 * The one way out of the server. An address is checked when its connection is made, after its name was resolved, so
 * that a name cannot be public when it is checked and private when it is used. A redirect is an answer of its own and
 * never followed: whoever wrote the address can write the right one, and no credential travels to a place that nobody
 * chose. What fails is a value, without a secret in it.
 */
export interface HttpClient {
  send(request: OutboundRequest): Promise<OutboundAnswer>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange, from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
  /** What must not appear in any message. */
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal;
}

export type OutboundAnswer =
  /** Of any status but a redirect. What is shown of it goes through `redact` first: a server may say back what it was told. */
  | { readonly kind: 'answered'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }
  | { readonly kind: 'failed'; readonly cause: FailureCause; readonly message: string };

export type FailureCause =
  | 'refused-address'
  | 'redirected'
  | 'certificate'
  | 'timeout'
  | 'cancelled'
  | 'unreachable'
  | 'too-large';

export interface HttpClientOptions {
  readonly platform: Pick<Platform, 'after'>;
  /** Hosts, or hosts with a port, that may be reached although their addresses are private. */
  readonly allowedHosts: readonly string[];
}

/** What is read of one answer: ten thousand numbers fit five times over. */
const BODY_BYTES_MAX = 1_048_576;

export function createHttpClient({ platform, allowedHosts }: HttpClientOptions): HttpClient {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return {
    async send(request) {
      const isAllowed = allowed.has(request.url.hostname) || allowed.has(request.url.host);
      const answer = await exchange(request, { isAllowed, after: platform.after });
      if (answer.kind === 'answered') return answer;
      return { ...answer, message: redactMessage(answer.message, request.secrets) };
    },
  };
}

interface Passage {
  readonly isAllowed: boolean;
  readonly after: Platform['after'];
}

function exchange(request: OutboundRequest, { isAllowed, after }: Passage): Promise<OutboundAnswer> {
  const { url, method, headers, body, timeoutMs, signal } = request;
  return new Promise((answer) => {
    const refusal = isAllowed ? undefined : findRefusal(url);
    if (refusal !== undefined) return answer(refusal);
    if (signal?.aborted) return answer(CANCELLED);
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    // Every request has a connection of its own: one that is kept was checked for somebody else.
    const options = { method, headers, agent: false, ...(isAllowed ? {} : { lookup: lookupPublic }) };
    const settle = (settled: OutboundAnswer): void => {
      stopWaiting();
      signal?.removeEventListener('abort', cancel);
      answer(settled);
      sent.destroy();
    };
    const cancel = (): void => settle(CANCELLED);
    const sent = send(url, options, (response) => readAnswer(response, { url, settle }));
    sent.on('error', (error) => settle(failureOf(error, url)));
    const stopWaiting = after(timeoutMs, () =>
      settle({ kind: 'failed', cause: 'timeout', message: `${url.host} did not answer within ${timeoutMs} ms.` }),
    );
    signal?.addEventListener('abort', cancel, { once: true });
    sent.end(body);
  });
}

const CANCELLED = { kind: 'failed', cause: 'cancelled', message: 'The request was cancelled.' } as const;

/** Addresses that need no look-up, and protocols that are none of ours. */
function findRefusal({ protocol, hostname, host }: URL): OutboundAnswer | undefined {
  if (protocol !== 'http:' && protocol !== 'https:') {
    const message = `Expected an address of http or https; came ${protocol}`;
    return { kind: 'failed', cause: 'refused-address', message };
  }
  const address = hostname.replaceAll(/^\[|\]$/g, '');
  if (isIP(address) === 0 || isPublicAddress(address)) return undefined;
  return { kind: 'failed', cause: 'refused-address', message: new PrivateAddressError(host).message };
}

interface Reading {
  readonly url: URL;
  readonly settle: (answer: OutboundAnswer) => void;
}

function readAnswer(response: IncomingMessage, { url, settle }: Reading): void {
  const { statusCode: status = 0, headers } = response;
  if (status >= 300 && status < 400) {
    const message = `${url.host} redirects (${status}) to ${headers.location ?? 'nowhere'}, which is not followed.`;
    settle({ kind: 'failed', cause: 'redirected', message });
    return;
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= BODY_BYTES_MAX) return void parts.push(part);
    const message = `${url.host} answered with more than ${BODY_BYTES_MAX} bytes.`;
    settle({ kind: 'failed', cause: 'too-large', message });
  });
  response.on('error', (error) => settle(failureOf(error, url)));
  response.on('end', () => settle({ kind: 'answered', status, headers, text: Buffer.concat(parts).toString('utf8') }));
}

/** As OpenSSL and Node name what is wrong with a certificate. */
export const CERTIFICATE_CODES = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA)/;

function failureOf(error: NodeJS.ErrnoException, { host }: URL): OutboundAnswer {
  if (error instanceof PrivateAddressError) {
    return { kind: 'failed', cause: 'refused-address', message: error.message };
  }
  const cause = CERTIFICATE_CODES.test(error.code ?? '') ? 'certificate' : 'unreachable';
  return { kind: 'failed', cause, message: `${host}: ${error.code ?? error.message}` };
}
