import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// The suffix or folder of a test says what it may touch, and so which project runs it.
const source = {
  resolve: { conditions: ['@tidegate/source'] },
  ssr: { resolve: { conditions: ['@tidegate/source'] } },
};

/** How long a property takes is the machine's business; this only ends what would never end. */
const ARITHMETIC_TIMEOUT_MS = 60_000;

/** Nothing but arithmetic waits for nobody: every core may have a file. By default one core is left idle. */
const ARITHMETIC_WORKERS = availableParallelism();

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'memory',
          sequence: { groupOrder: 0 },
          maxWorkers: ARITHMETIC_WORKERS,
          testTimeout: ARITHMETIC_TIMEOUT_MS,
          include: ['packages/*/src/**/*.test.ts', 'conformance/src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        ...source,
        test: {
          name: 'integration',
          // Each group has the machine for itself: what waits for databases and sockets does not wait for arithmetic.
          sequence: { groupOrder: 1 },
          include: ['packages/*/src/**/*.integration.test.ts'],
          testTimeout: 30_000,
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
          testTimeout: 180_000,
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
          // They wait for processes more than they compute.
          maxWorkers: 2,
        },
      },
    ],
  },
});
