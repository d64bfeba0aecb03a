import { expect, test } from 'vitest';
import { runServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const STAGES = [250_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_600_000, minUnits: 1 }));

async function openServer() {
  const { url, keys } = await runServer();
  const headers = { authorization: `Bearer ${keys.operatorToken}`, 'content-type': 'application/json' };
  const post = async (path: string, body: unknown) =>
    (await fetch(`${url}${ENVIRONMENT}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  const scrapeText = async () => (await fetch(`${url}/metrics`, { headers })).text();
  /** The samples of Tidegate's own metrics of rollouts, without the labels that say which. */
  const scrape = async (): Promise<ReadonlyMap<string, number>> => {
    const text = await scrapeText();
    const samples = text.matchAll(/^tidegate_rollout_(\w+)(?:\{([^}]*)\})? (\S+)$/gm);
    return new Map(
      [...samples].map(([, name = '', labels = '', value]) => {
        const told = labels
          .split(',')
          .filter((label) => label !== '' && !/^(environment|flag|rollout|le)=/.test(label));
        return [[name, ...told].join(' '), Number(value)] as const;
      }),
    );
  };
  return { post, scrape, scrapeText };
}

test('a rollout is measured while it runs, and after its end, and what nobody measured has no series', async () => {
  const { post, scrape } = await openServer();
  await post('/flags', { key: 'new-checkout', enabled: true });
  expect([...(await scrape()).keys()].filter((name) => !name.startsWith('lease_held'))).toEqual([]);
  const { id } = await post('/rollouts', { flagKey: 'new-checkout', treatment: 'on', stages: STAGES });
  await expect.poll(async () => (await scrape()).get('phase phase="progressing"')).toBe(1);
  const running = await scrape();
  expect(running.get('lease_held')).toBe(1);
  expect(running.get('treatment_ratio')).toBe(0.25);
  expect(running.get('stage')).toBe(1);
  expect(running.get('hold_seconds reason="stage-timer"')).toBeGreaterThanOrEqual(0);
  expect(running.get('guard_units guard="run-errors" arm="treatment"')).toBe(0);
  expect(running.get('guard_verdict guard="run-errors" verdict="no_data"')).toBe(1);
  expect(running.get('log_threshold')).toBeGreaterThan(0);
  // No SDK is connected: there is nobody of whom a share could confirm.
  expect(running.has('confirmed_ratio')).toBe(false);

  await post(`/rollouts/${id}/abort`, {});
  await expect.poll(async () => (await scrape()).get('phase phase="rolledBack"')).toBe(1);
  const over = await scrape();
  expect(over.has('phase phase="progressing"')).toBe(false);
  expect(over.get('treatment_ratio')).toBe(0);
  expect(over.get('kills_total cause="command"')).toBe(1);
  expect(over.get('duration_seconds_count outcome="killed"')).toBe(1);
  expect(over.get('kill_confirm_seconds_count')).toBe(1);
  expect(over.get('decision_seconds_count')).toBeGreaterThan(0);
  expect(over.has('harmed_units_total')).toBe(false);
});

test('an environment that is told everything has nothing that waits to be told', async () => {
  const { scrapeText } = await openServer();
  await expect.poll(scrapeText).toContain('tidegate_outbox_oldest_seconds{environment="default/production"} 0\n');
});
