// The order of test files where no run before tells how long each takes, as on a fresh clone: vitest then starts the
// largest first, and files of a few lines that run whole rollouts would be left for the end, one core idle.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take more than a quarter of a minute, longest first; the others in vitest's own order. */
const LONGEST: readonly string[] = [
  'e2e/src/crash.test.ts',
  'e2e/src/dashboard.test.ts',
  'e2e/src/demo.test.ts',
  'simulation/src/false-kills.test.ts',
  'simulation/src/statistics/harmless.test.ts',
  'e2e/src/loop.test.ts',
  'e2e/src/provider-guards.test.ts',
  'e2e/src/restart.test.ts',
  'e2e/src/command-line.test.ts',
  'e2e/src/sdk-node.test.ts',
  'packages/server/src/features/traffic/traffic.integration.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Groups run one after the other whatever the order here; within one, this is the order of its files.
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return place === -1 ? LONGEST.length : place;
}
