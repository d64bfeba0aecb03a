import { once } from 'node:events';
import { createServer } from 'node:http';
import { PROTOCOL_VERSION } from '@tidegate/protocol';
import { type Client, createClient } from '@tidegate/sdk-node';
import { type Contestant, silent } from '../contestant.ts';
import { documentsOf } from './documents.ts';
import { contextOf } from './tidegate-evaluation.ts';

/** The whole call as an application makes it, counting what it served; its flags come from a server that stops at once. */
export const tidegateSdkNode: Contestant = {
  write: (spec) =>
    JSON.stringify({ protocol: PROTOCOL_VERSION, environment: 'default/production', ...documentsOf(spec) }),
  load: async (text) => {
    const client = await startedFrom(text);
    return {
      asking: (flagKey, kind, people) => {
        const contexts = people.map(contextOf);
        const missing = kind === 'boolean' ? false : 'none';
        return (index) => client.variation(flagKey, contexts[index] ?? {}, missing);
      },
      askingAll: (people) => {
        const contexts = people.map(contextOf);
        return (index) => client.allVariations(contexts[index] ?? {});
      },
      close: () => client.close({ timeoutMs: 0 }),
    };
  },
};

/** In a function of its own: what asks is alive for long, and must not hold on to what the server had. */
async function startedFrom(text: string): Promise<Client> {
  const server = createServer((request, response) => {
    const isSnapshot = request.url?.startsWith('/sdk/v1/snapshot');
    response.writeHead(isSnapshot ? 200 : 404, { 'content-type': 'application/json' });
    response.end(isSnapshot ? text : '{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const client = createClient({ url: `http://127.0.0.1:${address.port}`, key: 'tg_srv_bench', logger: silent });
  await client.waitForInitialization({ timeoutMs: 30_000 });
  server.closeAllConnections();
  server.close();
  return client;
}
