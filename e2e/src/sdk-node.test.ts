import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, request as sendHttp } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@tidegate/sdk-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { freePort, root, type ServerProcess, startServer, until } from './processes.ts';

const ANN = { targetingKey: 'ann' };
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the Node SDK on a real server', () => {
  let dataDir: string;
  let server: ServerProcess;
  let api: ReturnType<typeof operatorApi>;
  const clients: Client[] = [];
  const proxies: Server[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-sdk-'));
    server = await startServer({ dataDir, port: await freePort() });
    api = operatorApi(server.credentials);
    await api.createFlag({ key: 'new-checkout', fallthrough: { kind: 'variation', variation: 'on' } });
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 1_000 })));
    for (const proxy of proxies.splice(0)) {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function connect(url = server.url): Promise<Client> {
    const client = createClient({ url, key: server.credentials.serverKey, logger: QUIET });
    clients.push(client);
    await client.waitForInitialization({ timeoutMs: 20_000 });
    await until('the SDK streams', 20_000, async () => (client.status().connection === 'streaming' ? true : undefined));
    return client;
  }

  function nextChange(client: Client): Promise<readonly string[]> {
    return new Promise((resolve) => client.on('change', ({ flagKeys }) => resolve(flagKeys)));
  }

  /** The revisions from which the server knows its SDKs to answer. */
  async function confirmed(): Promise<number[]> {
    const { items } = await api.connections();
    return items.map(({ appliedRevision }: { appliedRevision: number }) => appliedRevision);
  }

  test('a toggle arrives over the stream, and the server knows that it did', async () => {
    const client = await connect();
    const before = client.variation('new-checkout', ANN, false);
    const changed = nextChange(client);
    await api.toggle('new-checkout', !before);
    expect(await changed).toEqual(['new-checkout']);
    expect(client.variation('new-checkout', ANN, before)).toBe(!before);
    const { revision } = client.status();
    await until('the confirmation', 2_000, async () => ((await confirmed()).includes(revision) ? true : undefined));
  });

  test('where websockets are refused, the stream is long-polling', async () => {
    const proxy = await startProxyWithoutWebsockets(server.url);
    proxies.push(proxy.server);
    const client = await connect(proxy.url);
    const before = client.variation('new-checkout', ANN, false);
    const changed = nextChange(client);
    await api.toggle('new-checkout', !before);
    expect(await changed).toEqual(['new-checkout']);
  });

  test('flags answer while the server is dead, and what happened meanwhile is made up on both sides', async () => {
    const client = await connect();
    const value = client.variation('new-checkout', ANN, false);
    const { port } = new URL(server.url);
    await server.kill9();
    expect(client.variation('new-checkout', ANN, !value)).toBe(value);
    client.track('paid', ANN);
    server = await startServer({ dataDir, port: Number(port) });
    await api.toggle('new-checkout', !value);
    await until('the change', 40_000, async () =>
      client.variation('new-checkout', ANN, value) === !value ? true : undefined,
    );
    expect(await client.flush({ timeoutMs: 10_000 })).toBe(true);
  });

  test('a wrong key is told, and costs no more than defaults', async () => {
    const client = createClient({ url: server.url, key: 'tg_srv_wrong', logger: QUIET });
    clients.push(client);
    const problem = new Promise((resolve) => client.on('error', resolve));
    expect(await problem).toMatchObject({ code: 'key-refused' });
    await expect(client.waitForInitialization({ timeoutMs: 100 })).rejects.toThrow('key-refused: status 401');
    expect(client.variation('new-checkout', ANN, true)).toBe(true);
  });

  test('the snippet of the README runs as it is pasted', async () => {
    const { code, output } = await runScript(await readmeSnippet(dataDir));
    expect(code).toBe(0);
    expect(output).toMatch(/^the (new|old) checkout\n$/);
  });

  test.each([
    ['closes its client', 'await client.close();'],
    ['forgets to close its client', ''],
  ])('a script that %s ends by itself', async (_, ending) => {
    const before = JSON.stringify(await api.evidence());
    const script = `
      import { createClient } from '@tidegate/sdk-node';
      const client = createClient({
        url: '${server.url}',
        key: '${server.credentials.serverKey}',
        events: { flushIntervalMs: 60_000 },
      });
      const { source } = await client.waitForInitialization();
      client.track('paid', { targetingKey: 'script' });
      ${ending}
      console.log('initialized from', source);`;
    expect(await runScript(script)).toEqual({ code: 0, output: 'initialized from server\n' });
    if (ending !== '') {
      await until('its events', 5_000, async () =>
        JSON.stringify(await api.evidence()) === before ? undefined : true,
      );
    }
  });
});

/** The first block of code in the SDK's README, with the data directory of this test. */
async function readmeSnippet(dataDir: string): Promise<string> {
  const readme = await readFile(join(root, 'packages/sdk-node/README.md'), 'utf8');
  const snippet = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
  return snippet.replaceAll("'data/", `'${dataDir}/`);
}

const SCRIPT_MAX_MS = 20_000;

async function runScript(script: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@tidegate/source', '--input-type=module', '--eval', script],
    { cwd: join(root, 'e2e'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), SCRIPT_MAX_MS);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  return { code, output };
}

/** A reverse proxy that knows no Upgrade, as there are many. */
async function startProxyWithoutWebsockets(target: string): Promise<{ server: Server; url: string }> {
  const proxy = createServer((request, response) => {
    const { method, headers } = request;
    const onwards = sendHttp(`${target}${request.url}`, { ...(method ? { method } : {}), headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    response.on('close', () => onwards.destroy());
    request.pipe(onwards);
  });
  proxy.on('upgrade', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return { server: proxy, url: `http://127.0.0.1:${address.port}` };
}
