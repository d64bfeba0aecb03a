import { connect, isIP, type Socket } from 'node:net';
import { isPublicAddress } from './address-policy.ts';
import type { FailureCause, HttpClientOptions } from './http-client.ts';
import { lookupPublic, PrivateAddressError } from './lookup-public.ts';

/** Where a connection leads, for what does not speak HTTP. */
export interface SocketRequest {
  readonly host: string;
  readonly port: number;
  /** Until it is open. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type OpenedSocket =
  /** What it says next is the caller's. One that breaks is closed. */
  | { readonly kind: 'opened'; readonly socket: Socket }
  | { readonly kind: 'failed'; readonly cause: FailureCause; readonly message: string };

export type OpenSocket = (request: SocketRequest) => Promise<OpenedSocket>;

/** The way out for what does not speak HTTP, held to the same addresses. */
export function socketOpener({ platform, allowedHosts }: HttpClientOptions): OpenSocket {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return ({ host, port, timeoutMs, signal }) =>
    new Promise((answer) => {
      const name = host.toLowerCase();
      const isAllowed = allowed.has(name) || allowed.has(`${name}:${port}`);
      const fail = (cause: FailureCause, message: string): void => answer({ kind: 'failed', cause, message });
      if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) {
        return fail('refused-address', new PrivateAddressError(host).message);
      }
      if (signal?.aborted) return fail('cancelled', 'The connection was cancelled.');
      const socket = connect({ host, port, ...(isAllowed ? {} : { lookup: lookupPublic }) });
      const end = (cause: FailureCause, message: string): void => {
        settle();
        socket.destroy();
        fail(cause, message);
      };
      const cancel = (): void => end('cancelled', 'The connection was cancelled.');
      const refuse = (error: NodeJS.ErrnoException): void => {
        const cause = error instanceof PrivateAddressError ? 'refused-address' : 'unreachable';
        end(cause, cause === 'refused-address' ? error.message : `${host}:${port}: ${error.code ?? error.message}`);
      };
      const stopWaiting = platform.after(timeoutMs, () =>
        end('timeout', `${host}:${port} could not be reached within ${timeoutMs} ms.`),
      );
      const settle = (): void => {
        stopWaiting();
        signal?.removeEventListener('abort', cancel);
        socket.off('error', refuse);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      socket.once('error', refuse);
      socket.once('connect', () => {
        settle();
        // It may break before the caller listens, and an error that nobody listens for ends the process.
        socket.on('error', () => undefined);
        answer({ kind: 'opened', socket });
      });
    });
}
