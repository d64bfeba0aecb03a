import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Context,
  compile,
  type Evaluation,
  evaluate,
  explain,
  type Flag,
  type JsonValue,
} from '@tidegate/evaluation';
import { pageEvaluator } from '@tidegate/evaluation/page';
import { type Client, createClient, type VariationDetail } from '@tidegate/sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { flagSet } from './flag-sets.ts';
import { freePort, type ServerProcess, startServer } from './processes.ts';

const SEED = 20_261_122;
const set = flagSet(SEED);

/** What every door must agree on. Without a value the caller's default was served. */
interface Answer {
  readonly value: JsonValue | undefined;
  readonly variation: string | undefined;
  readonly reason: string;
  readonly errorCode: string | undefined;
}

let dataDir: string;
let server: ServerProcess;
let connected: Client;
let offline: Client;
let flags: readonly Flag[];
let expected: (flagKey: string, context: Context) => Evaluation;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidegate-answers-'));
  server = await startServer({ dataDir, port: await freePort() });
  const api = operatorApi(server.credentials);
  for (const segment of set.segments) await api.createSegment(segment);
  for (const flag of set.flags) await api.createFlag(flag);

  const snapshot = await ask('GET', '/sdk/v1/snapshot', server.credentials.serverKey);
  flags = snapshot.flags;
  const rules = compile(snapshot);
  expected = (flagKey, context) => {
    const evaluation = evaluate(rules, flagKey, context);
    expect(explain(rules, flagKey, context).evaluation).toEqual(evaluation);
    return evaluation;
  };
  connected = createClient({ url: server.url, key: server.credentials.serverKey });
  await connected.waitForInitialization({ timeoutMs: 10_000 });
  const file = join(dataDir, 'tidegate.json');
  const byKey = (documents: readonly { readonly key: string }[]) =>
    Object.fromEntries(documents.map(({ key, ...document }) => [key, document]));
  await writeFile(file, JSON.stringify({ flags: byKey(flags), segments: byKey(snapshot.segments) }));
  offline = createClient({ file });
});

afterAll(async () => {
  await Promise.all([connected?.close(), offline?.close()]);
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('the generated flags and contexts meet every reason', () => {
  const reasons = set.contexts.flatMap((context) => flags.map(({ key }) => expected(key, context).reason));
  expect(new Set(reasons)).toEqual(new Set(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'DEFAULT', 'ERROR']));
});

test.each([
  ['connected to the server', () => connected],
  ['fed from a file', () => offline],
])('an SDK %s answers as evaluate and explain do', (_, clientOf) => {
  for (const context of set.contexts) {
    for (const { key, kind } of flags) {
      const fallback = DEFAULTS[kind];
      const detail = clientOf().variationDetail(key, context, fallback);
      const value = detail.value === fallback ? undefined : detail.value;
      expectSame(key, context, { ...pick(detail), value });
    }
  }
});

test('OpenFeature clients are answered as evaluate does, all flags at once and one by one', async () => {
  for (const context of set.contexts) {
    const bulk = await ask('POST', '/ofrep/v1/evaluate/flags', server.credentials.serverKey, { context });
    expect(bulk.flags).toHaveLength(flags.length);
    for (const one of bulk.flags) expectSame(one.key, context, fromOfrep(one));
  }
  const [context = {}] = set.contexts;
  for (const { key } of flags) {
    const one = await ask('POST', `/ofrep/v1/evaluate/flags/${key}`, server.credentials.serverKey, { context });
    expectSame(key, context, fromOfrep(one));
  }
});

test('a browser is sent the values that evaluate gives, and nothing else of the flags', async () => {
  for (const context of set.contexts) {
    const snapshot = await ask('POST', '/sdk/v1/snapshot', server.credentials.browserKey, { context });
    const page = pageEvaluator(snapshot, Date.now);
    expect(snapshot.segments).toEqual([]);
    expect(snapshot.flags).toHaveLength(flags.length);
    for (const { key } of flags) expectSame(key, context, pick(page.evaluate(key, context)));
  }
});

/** Of each kind, and the value of no variation. */
const DEFAULTS: Readonly<Record<Flag['kind'], JsonValue>> = {
  boolean: false,
  string: 'the default',
  number: 99,
  json: { is: 'the default' },
};

function pick({ value, variation, reason, errorCode }: Answer | Evaluation | VariationDetail<JsonValue>): Answer {
  return { value, variation, reason, errorCode };
}

/** A default that is the value of a variation cannot be told from it: then only where it came from is compared. */
function expectSame(flagKey: string, context: Context, actual: Answer): void {
  const wanted = pick(expected(flagKey, context));
  const isDefault = Object.values(DEFAULTS).includes(wanted.value ?? null);
  const { value, ...where } = actual;
  const about = `${flagKey} for ${JSON.stringify(context)} (seed ${SEED})`;
  expect(isDefault ? { ...where, value: wanted.value } : actual, about).toEqual(wanted);
}

function fromOfrep(answer: {
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
}): Answer {
  const { value, variant, reason = 'ERROR', errorCode } = answer;
  return { value, variation: variant, reason, errorCode };
}

async function ask(method: string, path: string, key: string, body?: object) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}
