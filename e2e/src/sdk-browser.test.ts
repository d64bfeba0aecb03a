import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { type BrowserPage, chromiumPath, openPage } from './browser-page.ts';
import { freePort, type ServerProcess, startServer, until } from './processes.ts';

describe.skipIf(chromiumPath === undefined)('the browser SDK in a real page', () => {
  let dataDir: string;
  let server: ServerProcess;
  let api: ReturnType<typeof operatorApi>;
  let browser: BrowserPage;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-page-'));
    server = await startServer({ dataDir, port: await freePort() });
    api = operatorApi(server.credentials);
    const condition = { attribute: 'targetingKey', operator: 'equals', values: ['bob'] };
    const rules = [{ id: 'bob', condition, serve: { kind: 'variation', variation: 'on' } }];
    const fallthrough = { kind: 'variation', variation: 'off' };
    for (const clientSide of ['value', 'rules', 'off']) {
      await api.createFlag({ key: `as-${clientSide}`, clientSide, enabled: true, rules, fallthrough });
    }
    const { url, browserKey } = server.credentials;
    browser = await openPage('page-script.ts', { url, key: browserKey, userId: 'ann' });
    await page('client.waitForInitialization({ timeoutMs: 10000 }).then(() => true)');
    await streaming();
  });

  afterAll(async () => {
    await browser?.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const page = (question: string): Promise<unknown> =>
    browser.page.evaluate(`(() => { const client = window.tidegate; return ${question}; })()`);
  const variations = () =>
    page("['as-value', 'as-rules', 'as-off'].map((key) => client.variation(key, key === 'as-off'))");
  const streaming = () =>
    until('the page streams', 20_000, async () =>
      (await page('client.status().connection')) === 'streaming' ? true : undefined,
    );

  test('values and rules answer, and what is off for browsers is unknown', async () => {
    expect(await variations()).toEqual([false, false, true]);
    expect(await page("client.variationDetail('as-off', true).errorCode")).toBe('FLAG_NOT_FOUND');
  });

  test('a change arrives over the stream, and the server knows that it did', async () => {
    const revision = await page('client.status().revision');
    for (const key of ['as-value', 'as-rules'])
      await api.patchFlag(key, { fallthrough: { kind: 'variation', variation: 'on' } });
    await until('the change', 5_000, async () =>
      JSON.stringify(await variations()) === '[true,true,true]' ? true : undefined,
    );
    expect(await page('client.status().connection')).toBe('streaming');
    await until('the confirmation', 2_000, async () => {
      const { items } = await api.connections();
      return (
        items.some((one: { appliedRevision: number }) => one.appliedRevision === Number(revision) + 2) || undefined
      );
    });
    for (const key of ['as-value', 'as-rules'])
      await api.patchFlag(key, { fallthrough: { kind: 'variation', variation: 'off' } });
    await until('the change back', 5_000, async () =>
      JSON.stringify(await variations()) === '[false,false,true]' ? true : undefined,
    );
  });

  test('another context has its own answers', async () => {
    expect(await page("client.setContext({ targetingKey: 'bob' })")).toBe(true);
    expect(await variations()).toEqual([true, true, true]);
    expect(await page("client.setContext({ targetingKey: 'ann' })")).toBe(true);
    expect(await variations()).toEqual([false, false, true]);
    await streaming();
  });

  test('the rare words of a flag are loaded when it speaks them, and until then nothing else suffers', async () => {
    const loaded: string[] = [];
    browser.page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    let attempts = 0;
    await browser.page.route('**/words-*.js', (route) => {
      attempts += 1;
      return attempts === 1 ? route.abort() : route.continue();
    });
    const condition = { attribute: 'app', operator: 'semverGreaterThan', values: ['1.9.0'] };
    const rules = [{ id: 'new-app', condition, serve: { kind: 'variation', variation: 'on' } }];
    const fallthrough = { kind: 'variation', variation: 'off' };
    expect(await page("client.setContext({ targetingKey: 'ann', app: '1.10.0' })")).toBe(true);
    expect(loaded.filter((path) => path.startsWith('/words-'))).toEqual([]);
    await api.createFlag({ key: 'rare', clientSide: 'rules', enabled: true, rules, fallthrough });
    await until('the words', 20_000, async () => ((await page("client.variation('rare', false)")) ? true : undefined));
    expect(attempts).toBe(2);
    expect(await variations()).toEqual([false, false, true]);
    await browser.page.unroute('**/words-*.js');
    expect(await page("client.setContext({ targetingKey: 'ann' })")).toBe(true);
    await streaming();
  });

  test('what the page recorded arrives when it is left', async () => {
    await page("(client.track('left'), true)");
    const before = JSON.stringify(await api.evidence());
    await browser.page.goto('about:blank');
    await until('its events', 5_000, async () => (JSON.stringify(await api.evidence()) === before ? undefined : true));
    await browser.page.goBack();
    await page('client.waitForInitialization({ timeoutMs: 10000 }).then(() => true)');
  });

  test('a page that opens while the server is away answers from its cache', async () => {
    await page("client.setContext({ targetingKey: 'ann' })");
    await browser.page.reload();
    await page('client.waitForInitialization({ timeoutMs: 10000 }).then(() => true)');
    await browser.page.reload();
    await server.kill9();
    await browser.page.reload();
    expect(await page("client.variationDetail('as-rules', true)")).toMatchObject({ value: false, reason: 'CACHED' });
    server = await startServer({ dataDir, port: Number(new URL(server.url).port) });
    await until('the word of the server', 20_000, async () =>
      (await page("client.variationDetail('as-rules', true).reason")) === 'DEFAULT' ? true : undefined,
    );
  });
});
