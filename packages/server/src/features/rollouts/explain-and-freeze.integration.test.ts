import { positionPpm, seedOf } from '@tidegate/evaluation';
import { EVENTS_PATH } from '@tidegate/protocol';
import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { runServer } from '../../running-server.fixture.ts';
import type { Storage } from '../../storage/storage.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const ROLLOUTS = `${ENVIRONMENT}/rollouts`;
const FREEZE = `${ENVIRONMENT}/freeze`;
const TREATMENT_PPM = 500_000;
const PLAN = {
  flagKey: 'new-checkout',
  treatment: 'on',
  stages: [TREATMENT_PPM, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_600_000, minUnits: 1 })),
};

// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

async function openServer(faults?: (storage: Storage) => Partial<Storage>) {
  const { url, keys } = await runServer(faults);
  const send = async (method: string, path: string, { body, token }: { body?: unknown; token: string }) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const reply = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, json: (await reply.json()) as Answer };
  };
  const call = (method: string, path: string, body?: unknown) =>
    send(method, path, { body, token: keys.operatorToken });
  const report = (batch: unknown) => send('POST', EVENTS_PATH, { body: batch, token: keys.serverKey });
  const flag = (await call('POST', `${ENVIRONMENT}/flags`, { key: 'new-checkout', enabled: true })).json;
  return { call, report, seed: seedOf(flag.salt) };
}

type Opened = Awaited<ReturnType<typeof openServer>>;

/** A rollout whose treatment fails for everybody, killed by the evidence of it; the number of the decision that did. */
async function killByEvidence({ call, report, seed }: Opened): Promise<{ path: string; sequence: number }> {
  const { id } = (await call('POST', ROLLOUTS, PLAN)).json;
  const path = `${ROLLOUTS}/${id}/decisions`;
  const units = Array.from({ length: 400 }, (_, index) => (index * 10_737_418) >>> 0);
  const isTreated = (unit: number) => positionPpm(unit, seed) < TREATMENT_PPM;
  const exposures = units.map((unit) => {
    return { unit, rolloutId: id, arm: isTreated(unit) ? ('treatment' as const) : ('control' as const) };
  });
  const outcomes = units.filter(isTreated).map((unit) => ({ unit }));
  expect((await report(buildBatch({ exposures, outcomes }))).status).toBeLessThan(300);
  const kinds = async () => (await call('GET', path)).json.items.map(({ kind }: Answer) => kind);
  await expect.poll(kinds).toContain('kill');
  const { items } = (await call('GET', path)).json;
  return { path, sequence: items.find(({ kind }: Answer) => kind === 'kill').sequence };
}

test('every decision of a live rollout is assessed and decided again from what was stored, bit for bit', async () => {
  const server = await openServer();
  const { path, sequence } = await killByEvidence(server);
  for (let each = 1; each <= sequence; each += 1) {
    const { status, json } = await server.call('GET', `${path}/${each}/explain`);
    expect([status, json.differsIn, json.assessmentDiffersIn, json.agrees]).toEqual([200, [], [], true]);
    expect(json.recomputed).toEqual(json.decision);
  }
});

test('a decision whose stored evidence was changed afterwards is told apart, and which part of it', async () => {
  const server = await openServer((storage) => ({
    findDecision: async (rolloutId, sequence) => {
      const row = await storage.findDecision(rolloutId, sequence);
      if (row === undefined) return undefined;
      const { summary } = row.input;
      return { ...row, input: { ...row.input, summary: { ...summary, browserUnitCount: summary.unitCount } } };
    },
  }));
  const { path, sequence } = await killByEvidence(server);
  const { json } = await server.call('GET', `${path}/${sequence}/explain`);
  expect(json).toMatchObject({ agrees: false, differsIn: [], assessmentDiffersIn: ['browserShare'] });
});

test('a decision that never was, or is of another rollout, is not found', async () => {
  const { call } = await openServer();
  const { id } = (await call('POST', ROLLOUTS, PLAN)).json;
  for (const path of [`${ROLLOUTS}/${id}/decisions/999/explain`, `${ROLLOUTS}/nobody/decisions/1/explain`]) {
    expect(await call('GET', path)).toMatchObject({ status: 404, json: { code: 'not-found' } });
  }
});

test('a frozen environment starts nothing until it is unfrozen, and a rollout says who froze it and why', async () => {
  const { call } = await openServer();
  expect((await call('GET', FREEZE)).json).toEqual({ freeze: null });
  const frozen = await call('PUT', FREEZE, { untilMs: null, reason: 'the sale' });
  expect(frozen).toMatchObject({ status: 200, json: { freeze: { untilMs: null, reason: 'the sale' } } });
  expect((await call('GET', FREEZE)).json).toEqual(frozen.json);
  const { id } = (await call('POST', ROLLOUTS, PLAN)).json;
  const path = `${ROLLOUTS}/${id}`;
  const held = (await call('GET', path)).json;
  expect(held).toMatchObject({ treatmentPpm: 0, state: { kind: 'scheduled', holds: [{ reason: 'freeze' }] } });
  expect(held.state.holds[0].detail).toContain('the sale');
  expect(await call('POST', `${path}/promote`, {})).toMatchObject({ status: 409, json: { code: 'command-refused' } });
  expect((await call('DELETE', FREEZE)).json).toEqual({ freeze: null });
  await expect.poll(async () => (await call('GET', path)).json.state.kind).toBe('progressing');
});

test('a frozen environment still kills what harms', async () => {
  const server = await openServer();
  const { call } = server;
  const report = async (batch: unknown) => {
    await call('PUT', FREEZE, { untilMs: null, reason: '' });
    return server.report(batch);
  };
  const { sequence } = await killByEvidence({ ...server, report });
  expect(sequence).toBeGreaterThan(1);
});
