import { describe, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const errors = { name: 'errors', kind: 'binary', harm: 'up', law: 'design', weight: 1, margins: [3, 1.5] };

function start(config: Readonly<Record<string, unknown>> = {}, run = 'r') {
  return { v: 1, type: 'start', run, config: { alpha: 0.05, stages: [0.1, 0.5], metrics: [errors], ...config } };
}

function tick(index: number, events: { control: number; treatment: number }, overrides: object = {}) {
  const exposures = { control: 900, treatment: 100 };
  const metrics = {
    errors: {
      control: { n: exposures.control, events: events.control },
      treatment: { n: exposures.treatment, events: events.treatment },
    },
  };
  const strata = [{ stage: 0, alloc: { control: 0.9, treatment: 0.1 }, exposures, metrics }];
  return { v: 1, type: 'tick', run: 'r', tick: index, t: 10 * index, stage: 0, strata, ...overrides };
}

async function assessed(messages: readonly unknown[], pieces = 1) {
  const text = messages
    .map((message) => `${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
    .join('');
  const size = Math.ceil(text.length / pieces);
  const stdin = Array.from({ length: pieces }, (_, index) => text.slice(index * size, (index + 1) * size));
  const io = capturedIo({ stdin });
  const exitCode = await runCli(['assess', '--jsonl'], io);
  const replies = io.written.stdout.split('\n').filter((line) => line !== '');
  return { exitCode, replies: replies.map((line) => JSON.parse(line)), stderr: io.written.stderr };
}

const quiet = { control: 9, treatment: 1 };
const harmful = { control: 0, treatment: 9 };

test('each tick gets one reply, in order, however the lines are cut', async () => {
  const messages = [start(), tick(0, quiet), tick(1, quiet), { v: 1, type: 'end', run: 'r' }];
  const whole = await assessed(messages);
  expect(whole.exitCode).toBe(0);
  expect(whole.replies).toMatchObject([
    { run: 'r', tick: 0, decision: 'hold', srm: false },
    { run: 'r', tick: 1, decision: 'hold', srm: false },
  ]);
  expect((await assessed(messages, 50)).replies).toEqual(whole.replies);
});

test('a kill is final, until another run starts', async () => {
  const { replies } = await assessed([start(), tick(0, harmful), tick(1, quiet), start(), tick(0, quiet)]);
  expect(replies.map(({ decision, reason }) => [decision, reason])).toEqual([
    ['kill', 'metric:errors'],
    ['kill', 'metric:errors'],
    ['hold', 'no-ramp'],
  ]);
});

test('a mismatch of the arms is said from then on, and stops the ramp', async () => {
  const lost = {
    strata: [{ stage: 0, alloc: { control: 0.9, treatment: 0.1 }, exposures: { control: 9_000, treatment: 700 } }],
  };
  const back = {
    strata: [{ stage: 0, alloc: { control: 0.9, treatment: 0.1 }, exposures: { control: 0, treatment: 330 } }],
  };
  const config = { policy: { ramp: 'timed', maxTicks: 2 } };
  const { replies } = await assessed([start(config), tick(0, quiet, lost), tick(1, quiet, back)]);
  expect(replies).toMatchObject([
    { decision: 'hold', reason: 'srm', srm: true },
    { decision: 'hold', reason: 'srm', srm: true },
  ]);
});

describe('the ramp', () => {
  test('by time goes on after as many ticks of the stage', async () => {
    const config = { policy: { ramp: 'timed', maxTicks: 2 } };
    const ticks = [tick(5, quiet), tick(6, quiet), tick(7, quiet, { stage: 1 }), tick(8, quiet, { stage: 1 })];
    const { replies } = await assessed([start(config), ...ticks]);
    expect(replies.map(({ decision }) => decision)).toEqual(['hold', 'ramp', 'hold', 'ramp']);
  });

  test('by evidence waits for the margin, but not for ever', async () => {
    const config = { policy: { ramp: 'evidence', minTicks: 2, maxTicks: 4 } };
    const safe = { control: 90, treatment: 5 };
    const proven = await assessed([start(config), tick(0, safe), tick(1, safe)]);
    expect(proven.replies.map(({ reason }) => reason)).toEqual(['min-ticks', 'evidence']);
    const none = { control: 0, treatment: 0 };
    const unproven = await assessed([start(config), ...[0, 1, 2, 3].map((index) => tick(index, none))]);
    expect(unproven.replies.map(({ reason }) => reason)).toEqual([
      'min-ticks',
      'evidence:errors',
      'evidence:errors',
      'max-ticks',
    ]);
  });
});

test('every kind of metric is taken', async () => {
  const metrics = [
    errors,
    { name: 'conversion', kind: 'binary', harm: 'down', law: 'hypergeometric' },
    { name: 'calls', kind: 'count', harm: 'up', law: 'poisson' },
    { name: 'latency', kind: 'histogram', harm: 'up', bins: 3, edges: [1, 2, 3, 4], baseline: { 1: 300 } },
    { name: 'revenue', kind: 'mean', harm: 'down', minUnits: 50 },
  ];
  const rate = { control: { n: 900, events: 40 }, treatment: { n: 100, events: 5 } };
  const latency = { control: { n: 900, hist: { 0: 500, 1: 400 } }, treatment: { n: 100, hist: { 1: 60, 2: 40 } } };
  const revenue = { control: { n: 900, sum: 900, sumsq: 1_900 }, treatment: { n: 100, sum: 50, sumsq: 90 } };
  const strata = [
    {
      stage: 0,
      alloc: { control: 9, treatment: 1 },
      metrics: { errors: rate, conversion: rate, calls: rate, latency, revenue },
    },
  ];
  const { replies, exitCode } = await assessed([start({ metrics, alpha: 1e-9 }), tick(0, quiet, { strata })]);
  expect(exitCode).toBe(0);
  expect(replies[0]).toMatchObject({ decision: 'kill', reason: 'metric:latency' });
});

describe('a line that makes no sense ends the command with 2, and says where', () => {
  const strataOf = (stratum: object) => ({ strata: [{ ...tick(0, quiet).strata[0], ...stratum }] });
  test.each([
    ['no JSON', '{"v":1,', 'line 2: '],
    ['another version', { ...tick(0, quiet), v: 2 }, 'v: expected version 1'],
    [
      'an unknown message',
      { ...tick(0, quiet), type: 'tock' },
      'type: expected "start" or "tick" or "end", got "tock"',
    ],
    ['a run that was not started', { ...tick(0, quiet), run: 'other' }, 'run: "other" was not started'],
    ['a count below zero', tick(0, { control: -1, treatment: 0 }), 'strata[0].metrics.errors.control.events: expected'],
    ['half a unit', tick(0, quiet, strataOf({ exposures: { control: 0.5, treatment: 1 } })), 'expected a whole number'],
    ['no shares', tick(0, quiet, strataOf({ alloc: { control: 0, treatment: 0 } })), 'alloc: expected shares'],
    ['no metrics', { ...start(), config: {} }, 'config.metrics: expected a list, got nothing'],
    ['an alpha of 1', start({ alpha: 1 }), 'config.alpha: expected a number above 0 below 1, got 1'],
    [
      'a bin too many',
      start({ metrics: [{ name: 'l', kind: 'histogram', harm: 'up', bins: 2, baseline: { 2: 1 } }] }),
      'bins from 0 to 1',
    ],
    ['two metrics of one name', start({ metrics: [errors, errors] }), 'config.metrics: expected different names'],
  ])('%s', async (_, message, expected) => {
    const { exitCode, stderr, replies } = await assessed([start(), message]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(expected);
    expect(replies).toEqual([]);
  });

  test('but what was asked before it is answered', async () => {
    const { exitCode, replies, stderr } = await assessed([start(), tick(0, quiet), 'nonsense']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('line 3');
    expect(replies).toHaveLength(1);
  });
});
