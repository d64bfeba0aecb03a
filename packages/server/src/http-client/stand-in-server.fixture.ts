import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A server on loopback in some provider's place, that answers as the test says and remembers what it was asked. */
export interface StandIn {
  readonly url: string;
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  /** What was asked so far is not remembered any more. */
  forget(): void;
  /** From the next request on. */
  reply(reply: StandInReply): void;
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type StandInReply = (response: ServerResponse, request: SeenRequest) => void;

export async function startStandIn(options: { readonly tls?: 'self-signed' } = {}): Promise<StandIn> {
  const requests: SeenRequest[] = [];
  let reply: StandInReply = (response) => response.writeHead(500).end();
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const seen = { method, path, headers, body: Buffer.concat(parts).toString('utf8') };
      requests.push(seen);
      reply(response, seen);
    });
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(SELF_SIGNED, listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // A TCP server's address is an object; only a pipe's is a string.
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    requests,
    forget() {
      requests.length = 0;
    },
    reply(next) {
      reply = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

export function replyJson(json: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): StandInReply {
  return replyText(JSON.stringify(json), status, { 'content-type': 'application/json', ...headers });
}

export function replyText(text: string, status = 200, headers: Readonly<Record<string, string>> = {}): StandInReply {
  return (response) => response.writeHead(status, headers).end(text);
}

/** Says how long it is, and ends in the middle. */
export function replyTruncated(text: string): StandInReply {
  return (response) => {
    response.writeHead(200, { 'content-length': String(text.length) });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  };
}

/** Never answers. */
export const hang: StandInReply = () => undefined;

/** Made for tests and known to everybody: nothing trusts it, which is its purpose. */
const SELF_SIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLD7hHwA0kjOJmPGM
cIETIWpAkdjM4KzOCIQ7meS/oCihRANCAATEUdrcuJ2XRMtD6s/ZoKcScGucimUo
vMH/bvxyYL0ACY8y7MOabfCIvlnKdWopye3FXnVgoj8FGHkiWpJl9wFz
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUJxkJX8EtYXI687apR2l0ncQlV98wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjA0MzY1NloYDzIxMjYxMDI5
MDQzNjU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATEUdrcuJ2XRMtD6s/ZoKcScGucimUovMH/bvxyYL0ACY8y7MOabfCI
vlnKdWopye3FXnVgoj8FGHkiWpJl9wFzo1MwUTAdBgNVHQ4EFgQUcCuheApuJ3IL
aDP1NgJki72GjZAwHwYDVR0jBBgwFoAUcCuheApuJ3ILaDP1NgJki72GjZAwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAwnWkDMYqFLLTokDp1kAd
L5VzoO3qK8y/tPjzxelMT+UCIAdWP/9ipK4iyLFCQD0MRlzNmGlQ5IiQLFdrB80l
GZnr
-----END CERTIFICATE-----`,
};
