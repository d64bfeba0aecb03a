import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createClient } from '@tidegate/sdk-node';
import express from 'express';

/**
 * A shop of one page with an old and a new way to make it. All that it does for its rollout is `client.run`: which
 * branch a visitor gets, what it was exposed to and whether the branch failed is the SDK's business.
 *
 *     TIDEGATE_URL=… TIDEGATE_SERVER_KEY=… node dist/shop.js --flag new-checkout --treatment-failures 0.02
 */
const { values } = parseArgs({
  options: {
    flag: { type: 'string', default: 'new-checkout' },
    port: { type: 'string', default: '0' },
    'control-failures': { type: 'string', default: '0.02' },
    'treatment-failures': { type: 'string', default: '0.02' },
  },
});
const { TIDEGATE_URL: url, TIDEGATE_SERVER_KEY: key } = process.env;
if (url === undefined || key === undefined) throw new Error('Set TIDEGATE_URL and TIDEGATE_SERVER_KEY.');

// Events are sent at once, more or less: the demo is short.
const client = createClient({ url, key, events: { flushIntervalMs: 250 } });
await client.waitForInitialization();

const failureShares = {
  control: Number(values['control-failures']),
  treatment: Number(values['treatment-failures']),
};
type Branch = keyof typeof failureShares;

function pageOf(branch: Branch): string {
  if (Math.random() < failureShares[branch]) throw new Error(`The ${branch} page broke.`);
  return `the ${branch} page`;
}

const app = express();

app.get('/', (request, response) => {
  const visitor = String(request.query['visitor'] ?? 'nobody');
  // Both branches say who they are, so that the demo can count who got what, also where they break.
  const branch = (name: Branch) => () => {
    response.set('x-branch', name);
    return pageOf(name);
  };
  const branches = { control: branch('control'), treatment: branch('treatment') };
  response.send(client.run(values.flag, { targetingKey: visitor }, branches));
});

// Broken pages are what this shop is for: no stack traces between the lines of the demo.
app.use(((_error, _request, response, _next) => {
  response.status(500).send('broken');
}) satisfies express.ErrorRequestHandler);

const server = app.listen(Number(values.port), '127.0.0.1', (error?: Error) => {
  if (error !== undefined) throw error;
  // A server that listens on a port has an address that is an object.
  const { port } = server.address() as AddressInfo;
  console.log(`ready http://127.0.0.1:${port}`);
});

async function stop(): Promise<void> {
  server.close();
  server.closeAllConnections();
  await client.close();
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
