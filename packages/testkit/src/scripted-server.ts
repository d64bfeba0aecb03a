import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/** What one request gets. */
export interface ScriptedReply {
  readonly status?: number;
  readonly body?: unknown;
  readonly etag?: string;
}

export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
}

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Answers `METHOD /path` so from now on: several replies are given one by one, and the last one stays. */
  on(request: string, ...replies: readonly ScriptedReply[]): void;
  close(): Promise<void>;
}

/** A JSON API on a loopback port that answers what a test says, and 404 problems to everything else. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const scripts = new Map<string, ScriptedReply[]>();
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    const { method = '', url = '' } = request;
    seen.push({ method, url, body: text === '' ? undefined : JSON.parse(text), ifMatch: request.headers['if-match'] });
    const key = `${method} ${url.split('?')[0]}`;
    const replies = scripts.get(key) ?? [];
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? problemReply(404, 'not-found', `no ${key}`);
    const { status = 200, body, etag } = reply;
    if (etag !== undefined) response.setHeader('etag', etag);
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server on a port has an address of its own.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    on: (request, ...replies) => void scripts.set(request, [...replies]),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A refusal as the API words it. */
export function problemReply(status: number, code: string, detail: string): ScriptedReply {
  return { status, body: { type: `https://tidegate.dev/problems#${code}`, title: code, status, code, detail } };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
