import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Client, createClient } from './index.ts';

let directory: string;
let path: string;
let client: Client | undefined;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const ada = { targetingKey: 'ada', plan: 'pro' };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidegate-file-'));
  path = join(directory, 'tidegate.json');
});

afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(directory, { recursive: true });
});

const flagsWith = (enabled: boolean) =>
  JSON.stringify({
    flags: {
      checkout: {
        enabled,
        rules: [
          {
            id: 'pros',
            condition: { attribute: 'plan', operator: 'equals', values: ['pro'] },
            serve: { kind: 'variation', variation: 'on' },
          },
        ],
      },
    },
  });

function serve(text: string): Client {
  writeFileSync(path, text);
  client = createClient({ file: path, logger: silent });
  return client;
}

const changed = (one: Client) =>
  new Promise<readonly string[]>((resolve) => one.on('change', (e) => resolve(e.flagKeys)));
const failed = (one: Client) => new Promise<string>((resolve) => one.on('error', (e) => resolve(e.message)));

test('a client answers from a file as soon as it is made', async () => {
  const one = serve(flagsWith(true));
  expect(one.variationDetail('checkout', ada, false)).toMatchObject({
    value: true,
    variation: 'on',
    reason: 'TARGETING_MATCH',
    ruleId: 'pros',
  });
  expect(one.variation('checkout', { targetingKey: 'bob' }, true)).toBe(false);
  expect(one.explain('checkout', ada)?.steps.map(({ kind }) => kind)).toEqual(['enabled', 'rule', 'serve']);
  expect(await one.waitForInitialization()).toEqual({ source: 'server' });
});

test('a client takes the file again when it changes', async () => {
  const one = serve(flagsWith(false));
  expect(one.variation('checkout', ada, true)).toBe(false);
  const change = changed(one);
  writeFileSync(`${path}.new`, flagsWith(true));
  renameSync(`${path}.new`, path);
  expect(await change).toEqual(['checkout']);
  expect(one.variation('checkout', ada, false)).toBe(true);
});

test('a file that is broken leaves the last good flags in force, and is taken once it is mended', async () => {
  const one = serve(flagsWith(true));
  const failure = failed(one);
  writeFileSync(path, '{"flags":');
  expect(await failure).toContain(path);
  expect(one.variation('checkout', ada, false)).toBe(true);
  const change = changed(one);
  writeFileSync(path, flagsWith(false));
  await change;
  expect(one.variation('checkout', ada, true)).toBe(false);
});

test('a file that is not there yet is waited for', async () => {
  client = createClient({ file: path, logger: silent });
  expect(client.variationDetail('checkout', ada, false)).toMatchObject({ errorCode: 'PROVIDER_NOT_READY' });
  const ready = client.waitForInitialization();
  writeFileSync(path, flagsWith(true));
  await ready;
  expect(client.variation('checkout', ada, false)).toBe(true);
});

test('events of a client without a server are told to nobody and held back by nothing', async () => {
  const one = serve(flagsWith(true));
  one.variation('checkout', ada, false);
  one.track('purchase', ada, { value: 19.9 });
  expect(await one.flush()).toBe(true);
});
