import type { AdapterView, RolloutView } from '@tidegate/protocol';
import { pino } from 'pino';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createServer, type ServerOptions } from '../../create-server.ts';
import { hang, replyText, type StandIn, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import { systemPlatform } from '../../platform.ts';
import { type RunningServer, runServer } from '../../running-server.fixture.ts';

const BASE = '/api/v1/projects/default/environments/production';
const SECRET = `whsec_${Buffer.from('twenty-four bytes or more').toString('base64')}`;
const STAGES = [100_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_600_000, minUnits: 1 }));
/** What takes longer hangs. */
const WITHIN = { timeout: 10_000, interval: 20 };
const away = replyText('', 503);

let standIn: StandIn;
let server: RunningServer;
let configured: Partial<ServerOptions>;

beforeEach(async () => {
  standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  configured = {
    outboundAllow: [standIn.host],
    secrets: new Map(['mesh', 'rotated'].map((name) => [name, { value: SECRET, host: standIn.host }])),
  };
  server = await runServer(undefined, configured);
  await call('POST', '/flags', { key: 'new-checkout' });
  const flag = await call('GET', '/flags/new-checkout');
  await call('POST', '/flags/new-checkout/toggle', { enabled: true }, { 'if-match': flag.etag });
  await saveAdapter();
});

async function call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${server.url}${BASE}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.keys.operatorToken}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, json, etag: response.headers.get('etag') ?? '' };
}

const saveAdapter = (settings: object = {}) =>
  call('PUT', '/adapters/mesh', {
    kind: 'webhook',
    url: `${standIn.url}/weights`,
    secret: 'mesh',
    checkMs: 1_000,
    ...settings,
  });

async function startRollout(traffic: unknown = ['mesh'], overrides: object = {}): Promise<string> {
  const plan = { flag: 'new-checkout', treatment: 'on', control: 'off', stages: STAGES, traffic, ...overrides };
  const { status, json } = await call('POST', '/rollouts', plan);
  expect([status, json.detail]).toEqual([201, undefined]);
  return json.id;
}

const view = async (id: string): Promise<RolloutView> => (await call('GET', `/rollouts/${id}`)).json;
const weight = async () => ((await call('GET', '/adapters/mesh')).json as AdapterView).weight;
const order = (id: string, verb: string) => call('POST', `/rollouts/${id}/${verb}`, {});

/** The weights that were wanted, each as often as it was asked for in a row, once. */
function wanted(): readonly number[] {
  const told = standIn.requests.filter(({ path }) => path === '/weights');
  const weights = told.map(({ body }): number => JSON.parse(body).data.weightPpm);
  return weights.filter((weightPpm, index) => weightPpm !== weights[index - 1]);
}

/** Does as it is told. */
const obedient: Parameters<StandIn['reply']>[0] = (response, { body }) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ appliedPpm: JSON.parse(body).data.weightPpm }));
};

async function running(): Promise<string> {
  standIn.reply(obedient);
  const id = await startRollout();
  await expect.poll(async () => (await view(id)).treatmentPpm, WITHIN).toBe(100_000);
  return id;
}

describe('raising', () => {
  test('the adapter goes first: while it is away the flag serves nobody, and the hold says why', async () => {
    standIn.reply(away);
    const id = await startRollout([{ adapter: 'mesh', deadline: { after: '5m', then: 'abort' } }]);
    await expect.poll(async () => (await view(id)).traffic?.[0]?.detail, WITHIN).toContain('The webhook answered 503');
    const held = await view(id);
    expect(held).toMatchObject({
      treatmentPpm: 0,
      state: { kind: 'scheduled', holds: [{ reason: 'traffic', source: 'mesh', outcome: 'abort' }] },
      traffic: [{ adapter: 'mesh', desiredPpm: 100_000, appliedPpm: null, confirmed: false }],
    });
    standIn.reply(obedient);
    await expect.poll(async () => (await view(id)).treatmentPpm, WITHIN).toBe(100_000);
    expect(wanted()).toEqual([100_000]);
    expect((await view(id)).traffic).toMatchObject([{ appliedPpm: 100_000, confirmed: true }]);
  });

  test('a gate before it is asked once: its yes holds while the adapter takes its weight', async () => {
    let asked = 0;
    const late = new Set<string>();
    standIn.reply((response, seen) => {
      if (seen.path === '/gate') {
        asked += 1;
        return response.writeHead(200, { 'content-type': 'application/json' }).end('{"open": true}');
      }
      // The first time that it is told, it is not ready.
      const id = String(seen.headers['webhook-id']);
      if (late.has(id)) return obedient(response, seen);
      late.add(id);
      return away(response, seen);
    });
    const gate = { name: 'change', before: 'start', url: `${standIn.url}/gate`, secret: 'mesh' };
    const id = await startRollout(['mesh'], { gates: [gate] });
    await expect.poll(async () => (await view(id)).treatmentPpm, WITHIN).toBe(100_000);
    expect(asked).toBe(1);
  });

  test('a person may pass it, and the adapter follows', async () => {
    const id = await running();
    standIn.reply(away);
    await order(id, 'promote');
    expect(await view(id)).toMatchObject({ treatmentPpm: 500_000 });
    standIn.reply(obedient);
    await expect.poll(weight, WITHIN).toMatchObject({ desiredPpm: 500_000, confirmed: true, sequence: 2 });
  });
});

describe('a kill', () => {
  test('waits for no adapter, and no adapter that is slow to rise keeps it waiting', async () => {
    await saveAdapter({ timeoutMs: 30_000 });
    const id = await running();
    // A rise hangs for longer than this test may take.
    standIn.reply((response, seen) =>
      JSON.parse(seen.body).data.weightPpm > 0 ? hang(response, seen) : obedient(response, seen),
    );
    await order(id, 'promote');
    await expect.poll(() => wanted().at(-1), WITHIN).toBe(500_000);
    await order(id, 'abort');
    expect(await view(id)).toMatchObject({ treatmentPpm: 0 });
    await expect.poll(weight, WITHIN).toMatchObject({ desiredPpm: 0, appliedPpm: 0, confirmed: true, driven: false });
  });

  test('is told to the adapter until it is confirmed, by whatever server comes after', async () => {
    const id = await running();
    standIn.reply(away);
    await order(id, 'abort');
    await expect.poll(async () => (await view(id)).state.kind, WITHIN).toBe('rolledBack');
    expect(await weight()).toMatchObject({ desiredPpm: 0, confirmed: false, driven: true });
    await server.close();
    const before = standIn.requests.length;
    const after = await createServer({
      host: '127.0.0.1',
      port: 0,
      node: 'another',
      shutdownMs: 1_000,
      storage: server.storage,
      platform: systemPlatform(),
      log: pino({ level: 'silent' }),
      ...configured,
    });
    try {
      await expect.poll(() => standIn.requests.length, WITHIN).toBeGreaterThan(before);
      expect(JSON.parse(standIn.requests.at(-1)?.body ?? '')).toMatchObject({ data: { rolloutId: id, weightPpm: 0 } });
      standIn.reply(obedient);
      const stored = async () => (await server.storage.listTrafficWeights('default/production'))[0]?.weight;
      await expect.poll(stored, WITHIN).toMatchObject({ desiredPpm: 0, confirmed: true, driven: false });
    } finally {
      await after.close();
    }
  });
});

test('success leaves the last weight, and whoever undoes it takes it back', async () => {
  const id = await running();
  await call('POST', `/rollouts/${id}/promote`, { full: true });
  await order(id, 'promote');
  await expect.poll(weight, WITHIN).toMatchObject({ desiredPpm: 1_000_000, confirmed: true, driven: false });
  expect(await view(id)).toMatchObject({ state: { kind: 'succeeded' } });
  await order(id, 'undo');
  await expect.poll(weight, WITHIN).toMatchObject({ desiredPpm: 0, appliedPpm: 0, driven: false });
  expect(wanted()).toEqual([100_000, 1_000_000, 0]);
});

describe('a weight that somebody else changed', () => {
  /** Has another weight, until it is told often enough. */
  const stubborn = (refusals: number): typeof obedient => {
    let count = 0;
    return (response, seen) => {
      count += 1;
      if (count > refusals) return obedient(response, seen);
      response.end(JSON.stringify({ appliedPpm: 900_000 }));
    };
  };

  test('is set again, and what happened stays told', async () => {
    await running();
    standIn.reply(stubborn(1));
    const detail =
      'Somebody else changed it: The webhook says that 90 % is applied. It should be 10 %. 10 % was set again.';
    await expect.poll(weight, WITHIN).toMatchObject({ appliedPpm: 100_000, confirmed: true, detail });
  });

  test('is left, and holds the ramp, where the adapter says so', async () => {
    await saveAdapter({ onDrift: 'hold' });
    await running();
    standIn.reply(stubborn(Number.POSITIVE_INFINITY));
    await expect.poll(weight, WITHIN).toMatchObject({
      appliedPpm: 900_000,
      confirmed: false,
      detail: expect.stringContaining('until then the ramp is held'),
    });
  });
});

test('a rollout that takes the rule of another begins with the adapter at nothing, as the flag does', async () => {
  const id = await running();
  const plan = { flag: 'new-checkout', treatment: 'on', control: 'off', stages: STAGES.slice(1), traffic: ['mesh'] };
  const { status, json } = await call('POST', '/rollouts?force=true', plan);
  expect([status, json.detail]).toEqual([201, undefined]);
  await expect.poll(async () => (await view(json.id)).treatmentPpm, WITHIN).toBe(500_000);
  expect(wanted()).toEqual([100_000, 0, 500_000]);
  expect((await view(id)).state).toMatchObject({ kind: 'superseded', replacedBy: json.id });
});

describe('an adapter', () => {
  test('follows one rollout at a time, and is not removed under it', async () => {
    const id = await running();
    await call('POST', '/flags', { key: 'other' });
    const plan = { flag: 'other', treatment: 'on', control: 'off', stages: STAGES };
    const taken = await call('POST', '/rollouts', { ...plan, traffic: ['mesh'] });
    expect(taken).toMatchObject({ status: 409, json: { code: 'adapter-in-use', detail: expect.stringContaining(id) } });
    const unknown = await call('POST', '/rollouts', { ...plan, traffic: ['nowhere'] });
    expect(unknown).toMatchObject({ status: 422, json: { code: 'unknown-adapter' } });
    expect(await call('DELETE', '/adapters/mesh')).toMatchObject({ status: 409, json: { code: 'adapter-in-use' } });
    const { settings } = (await call('GET', '/adapters/mesh')).json;
    const elsewhere = { ...settings, url: `${standIn.url}/elsewhere` };
    const moved = await call('PUT', '/adapters/mesh', elsewhere);
    expect(moved).toMatchObject({ status: 409, json: { code: 'adapter-in-use', detail: expect.stringContaining(id) } });
    expect((await call('PUT', '/adapters/mesh', { ...settings, checkMs: 1_000, secret: 'rotated' })).status).toBe(200);
    await order(id, 'abort');
    await expect.poll(weight, WITHIN).toMatchObject({ driven: false });
    expect((await call('DELETE', '/adapters/mesh')).status).toBe(204);
    expect((await call('GET', '/adapters/mesh')).status).toBe(404);
  });

  test('that cannot be driven keeps no weight from the others', async () => {
    const { storage } = server;
    const mesh = await storage.findSettings({ kind: 'adapter', scope: 'default/production', key: 'mesh' });
    if (mesh === undefined) throw new Error('expected the adapter');
    // As nothing saves it: what no schema has seen fails where it is used.
    const document = { kind: 'webhook', url: 'no address' };
    await storage.createSettings({ ...mesh, key: 'broken', version: 1, document });
    await startRollout(['broken', 'mesh']);
    await expect.poll(wanted, WITHIN).toEqual([100_000]);
  });

  test('is pointed elsewhere, or taken away, under a rollout by whoever forces it', async () => {
    const id = await running();
    const { settings } = (await call('GET', '/adapters/mesh')).json;
    const elsewhere = { ...settings, url: `${standIn.url}/elsewhere` };
    expect((await call('PUT', '/adapters/mesh?force=true', elsewhere)).status).toBe(200);
    await expect.poll(() => standIn.requests.at(-1)?.path, WITHIN).toBe('/elsewhere');
    expect((await call('DELETE', '/adapters/mesh?force=true')).status).toBe(204);
    await order(id, 'abort');
    await expect.poll(async () => (await view(id)).state.kind, WITHIN).toBe('rolledBack');
  });

  test('whose document is pulled is confirmed by who reports it, and by nobody before', async () => {
    const pulled = {
      kind: 'gateway-api',
      delivery: 'pull',
      name: 'checkout',
      gateway: { name: 'edge' },
      treatment: { name: 'v2', port: 80 },
      control: { name: 'v1', port: 80 },
    };
    expect((await call('PUT', '/adapters/route', pulled)).status).toBe(200);
    expect((await call('PUT', '/adapters/route/applied', { weightPpm: 1 })).status).toBe(404);
    const id = await startRollout(['route']);
    const refs = async () => (await call('GET', '/adapters/route/document')).json.spec.rules[0].backendRefs;
    await expect.poll(refs, WITHIN).toMatchObject([
      { name: 'v2', weight: 10 },
      { name: 'v1', weight: 90 },
    ]);
    expect((await view(id)).treatmentPpm).toBe(0);
    expect((await call('PUT', '/adapters/route/applied', { weightPpm: 100_000 })).status).toBe(200);
    await expect.poll(async () => (await view(id)).treatmentPpm, WITHIN).toBe(100_000);
    expect((await call('PUT', '/adapters/route?force=true', { ...pulled, name: 'elsewhere' })).status).toBe(200);
    const confirmation = async () => (await call('GET', '/adapters/route')).json.weight;
    await expect.poll(confirmation, WITHIN).toMatchObject({ confirmed: false, detail: /Nobody has reported/ });
  });
});

test('a node that does not hold the environment tells no adapter anything', async () => {
  const { storage } = server;
  const id = await running();
  const other = await createServer({
    host: '127.0.0.1',
    port: 0,
    node: 'another',
    shutdownMs: 1_000,
    storage: { ...storage, acquireLease: async () => undefined },
    platform: systemPlatform(),
    log: pino({ level: 'silent' }),
    ...configured,
  });
  try {
    await server.close();
    const before = standIn.requests.length;
    const aborted = await fetch(`${other.url}${BASE}/rollouts/${id}/abort`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.keys.operatorToken}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect((await aborted.json()).treatmentPpm).toBe(0);
    await other.close();
    expect(standIn.requests).toHaveLength(before);
  } finally {
    await other.close();
  }
});
