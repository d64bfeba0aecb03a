import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

// The suffix or folder of a test says what it may touch, and so which project runs it.
const source = {
  resolve: { conditions: ['@tidegate/source'] },
  ssr: { resolve: { conditions: ['@tidegate/source'] } },
};

/** How long arithmetic takes is the machine's business; these only end what would never end. */
const PROPERTY_TIMEOUT_MS = 60_000;
const STUDY_TIMEOUT_MS = 900_000;

/** Nothing but arithmetic waits for nobody: every core may have a file. By default one core is left idle. */
const ARITHMETIC_WORKERS = availableParallelism();
/** They wait for databases, sockets and processes more than they compute. */
const WAITING_WORKERS = 2;

/**
 * Most files share the process of their worker with others, so that modules are read once in it and not once a file:
 * that was three quarters of what the tests cost. Whatever a file changes of its process (globals, spies, the clock), it
 * puts back. Those whose document must be there before React looks for one cannot, and have a process each.
 */
const needsOwnProcess = ['packages/sdk-browser/src/**/*.test.ts'];
const elsewhere = ['**/*.integration.test.ts', '**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...source,
        test: {
          name: 'memory',
          sequence: { groupOrder: 0 },
          maxWorkers: ARITHMETIC_WORKERS,
          isolate: false,
          testTimeout: PROPERTY_TIMEOUT_MS,
          include: ['packages/*/src/**/*.test.ts', 'conformance/src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: [...elsewhere, ...needsOwnProcess],
        },
      },
      {
        ...source,
        test: {
          name: 'memory-page',
          sequence: { groupOrder: 0 },
          maxWorkers: ARITHMETIC_WORKERS,
          testTimeout: PROPERTY_TIMEOUT_MS,
          include: needsOwnProcess,
          exclude: elsewhere,
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          // Each group has the machine for itself: what waits for databases and sockets does not wait for arithmetic.
          sequence: { groupOrder: 1 },
          include: ['packages/*/src/**/*.integration.test.ts'],
          maxWorkers: WAITING_WORKERS,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        ...source,
        test: {
          name: 'simulation',
          sequence: { groupOrder: 2 },
          include: ['simulation/**/*.test.ts'],
          maxWorkers: ARITHMETIC_WORKERS,
          testTimeout: STUDY_TIMEOUT_MS,
          pool: 'forks',
        },
      },
      {
        ...source,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 3 },
          include: ['e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          pool: 'forks',
          maxWorkers: WAITING_WORKERS,
        },
      },
    ],
  },
});
