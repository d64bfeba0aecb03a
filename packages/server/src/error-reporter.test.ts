import { manualClock } from '@tidegate/testkit';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { errorReporter } from './error-reporter.ts';
import { StorageUnavailableError } from './storage/storage-unavailable-error.ts';

function reporter() {
  const lines: { untoldCount?: number }[] = [];
  const clock = manualClock(0);
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { lines, clock, report: errorReporter(log, clock.nowMs) };
}

test('a database that is away is told of every few seconds, with how often it was met', () => {
  const { lines, clock, report } = reporter();
  for (let n = 0; n < 1_000; n += 1) report(new StorageUnavailableError('away'));
  expect(lines).toHaveLength(1);
  clock.advance(5_000);
  report(new StorageUnavailableError('away'));
  expect(lines.map((line) => line.untoldCount)).toEqual([0, 999]);
});

test('anything else is a line each', () => {
  const { lines, report } = reporter();
  for (let n = 0; n < 3; n += 1) report(new Error('a bug'));
  expect(lines).toHaveLength(3);
});
