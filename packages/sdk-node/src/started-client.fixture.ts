import { createCoreClient } from '@tidegate/sdk-core';
import { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { createNodeClient, type GuardOptions, type NodeClient } from './node-client.ts';

type Flag = ReturnType<typeof buildFlag>;

/** A flag under a rollout that treats everybody, or nobody. */
export function rolloutFlag(treatmentPpm: number, overrides: Partial<Flag> = {}): Flag {
  return buildFlag({
    fallthrough: {
      kind: 'rollout',
      rolloutId: 'r1',
      epoch: 1,
      stageIndex: 2,
      treatment: 'on',
      control: 'off',
      treatmentPpm,
    },
    ...overrides,
  });
}

/** A client of Node on a wire in memory, with what it has reported. */
export async function startedClient(flags: readonly Flag[], options: GuardOptions = {}) {
  const wire = new InMemoryWire().seed({ flags });
  const platform = wire.platform();
  const core = createCoreClient({ platform, key: 'tg_srv_key' });
  const client: NodeClient = createNodeClient(core, platform, options);
  core.start();
  await client.waitForInitialization();
  await wire.time.advance(0);
  const reported = async () => {
    void client.flush();
    await wire.time.advance(0);
    return {
      outcomes: wire.batches.flatMap(({ outcomes }) => outcomes.event.map((index) => outcomes.events[index])),
      arms: wire.batches.flatMap(({ exposures }) => exposures.arm),
      counted: countedOf(wire.batches),
    };
  };
  return { wire, client, reported };
}

/** How often each variation was counted, by flag. */
function countedOf(batches: InMemoryWire['batches']): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const { counters } of batches) {
    counters.count.forEach((count, row) => {
      const name = `${counters.flags[counters.flag[row] ?? -1]} ${counters.variations[counters.variation[row] ?? -1]}`;
      counted[name] = (counted[name] ?? 0) + count;
    });
  }
  return counted;
}
