import { adapterSettingsSchema, type TrafficWeight } from '@tidegate/protocol';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { AdapterDrive } from './adapter-drive.ts';
import { type TrafficAdapter, WRITTEN } from './traffic-adapter.ts';

const settings = adapterSettingsSchema.parse({ kind: 'webhook', url: 'https://edge.example', secret: 'edge' });
const wanted = { rolloutId: 'r1', flagKey: 'new-checkout', weightPpm: 250_000 };

/** A drive of an adapter that does as it is told, on a node that holds the lease until it does not. */
function driveOf(stored?: TrafficWeight) {
  const world = { nowMs: 0, weightPpm: 0, isLeader: true, asked: 0, refused: 0 };
  const adapter: TrafficAdapter = {
    flaw: undefined,
    nearestPpm: (weightPpm) => weightPpm,
    async read() {
      world.asked += 1;
      return { kind: 'read', weightPpm: world.weightPpm, detail: '' };
    },
    async write({ weightPpm }) {
      world.weightPpm = weightPpm;
      return WRITTEN;
    },
  };
  const drive = new AdapterDrive(
    {
      environment: 'default/production',
      adapterKey: 'edge',
      settings,
      settingsVersion: 2,
      adapter,
      platform: { nowMs: () => world.nowMs, after: () => () => undefined },
      log: pino({ level: 'silent' }),
      async save() {
        if (world.isLeader) return 'saved';
        world.refused += 1;
        return 'lease-lost';
      },
      onConfirmation: () => undefined,
    },
    stored,
  );
  return { world, drive };
}

test('a node that has lost the lease without knowing it leaves alone what another node has set since', async () => {
  const { world, drive } = driveOf();
  drive.want(wanted, null);
  await expect.poll(() => drive.confirmedPpm('r1')).toBe(250_000);
  Object.assign(world, { isLeader: false, weightPpm: 0, nowMs: settings.checkMs, asked: 0 });
  drive.want(wanted, null);
  await expect.poll(() => world.refused).toBe(1);
  expect(world).toMatchObject({ weightPpm: 0, asked: 0 });
});

test('a clock that was set back keeps no kill waiting', async () => {
  const { world, drive } = driveOf();
  world.nowMs = 3_600_000;
  drive.want(wanted, null);
  await expect.poll(() => drive.confirmedPpm('r1')).toBe(250_000);
  Object.assign(world, { nowMs: 0, asked: 0 });
  drive.want(wanted, null);
  await expect.poll(() => world.asked).toBe(1);
});

test.each([
  ['by the same settings is looked at first, and what differs is somebody’s doing', 2, /Somebody else changed it/],
  ['by other settings is set anew, for it was said of another place', 1, /^$/],
  ['before settings were written down with it is set anew', undefined, /^$/],
])('after a restart a weight that was confirmed %s', async (_, settingsVersion, detail) => {
  const said = { desiredPpm: 250_000, appliedPpm: 250_000, confirmed: true, driven: true, detail: 'It has it.' };
  const version = settingsVersion === undefined ? {} : { settingsVersion };
  const { world, drive } = driveOf({ rolloutId: 'r1', sequence: 3, atMs: 0, ...said, ...version });
  drive.want(wanted, null);
  await expect.poll(() => drive.confirmedPpm('r1')).toBe(250_000);
  expect(world.weightPpm).toBe(250_000);
  expect(drive.detail).toMatch(detail);
});
