import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TidegateProvider } from '@tidegate/sdk-browser/react';
import { createClient } from '@tidegate/sdk-node';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { type BrowserPage, chromiumPath, openPage } from './browser-page.ts';
import { Shop } from './life-page-script.ts';
import { freePort, type ServerProcess, startServer, until } from './processes.ts';

const condition = { attribute: 'targetingKey', operator: 'equals', values: ['ann'] };
const rules = [{ id: 'ann', condition, serve: { kind: 'variation', variation: 'warm' } }];

describe.skipIf(chromiumPath === undefined)('the life of a page that a server rendered', () => {
  let dataDir: string;
  let server: ServerProcess;
  let api: ReturnType<typeof operatorApi>;
  let browser: BrowserPage;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-life-'));
    server = await startServer({ dataDir, port: await freePort() });
    api = operatorApi(server.credentials);
    const { url, browserKey, serverKey } = server.credentials;
    const variations = [
      { key: 'warm', value: 'red' },
      { key: 'cold', value: 'blue' },
    ];
    const serve = { offVariation: 'cold', rules, fallthrough: { kind: 'variation', variation: 'cold' } };
    await api.createFlag({ key: 'as-rules', kind: 'string', variations, clientSide: 'rules', enabled: true, ...serve });
    const context = { targetingKey: 'ann' };
    const client = createClient({ url, key: serverKey });
    await client.waitForInitialization();
    const bootstrap = client.bootstrap(context);
    const options = { url, key: browserKey, context, bootstrap };
    const html = renderToString(createElement(TidegateProvider, { options }, createElement(Shop)));
    await client.close();
    const settings = { url, key: browserKey, userId: 'ann', bootstrap: JSON.stringify(bootstrap), html };
    browser = await openPage('life-page-script.ts', settings, { keepsPages: true });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const ask = (question: string): Promise<unknown> => browser.page.evaluate(question);
  const whenItIs = (what: string, question: string, answer: unknown) =>
    until(what, 10_000, async () => ((await ask(question)) === answer ? true : undefined));
  const streaming = () => whenItIs('the page streams', 'seen.client.status().connection', 'streaming');

  test('it renders the right value once, and not again when the server of the flags says the same', async () => {
    await streaming();
    expect(await ask('document.querySelector("main").innerHTML')).toBe('<p>red</p>');
    expect(await ask('[seen.renderCount, seen.errors, seen.client.status().source]')).toEqual([1, [], 'server']);
  });

  test('before the server of the flags has answered, and without it, the value is there', async () => {
    await browser.page.route(/sdk.v1.snapshot/, () => undefined);
    await browser.page.reload();
    await whenItIs('the page', 'globalThis.seen?.client?.status().connection', 'fetching');
    expect(await ask('[seen.renderCount, seen.errors, seen.client.status().source]')).toEqual([1, [], 'bootstrap']);
    expect(await ask('document.querySelector("main").innerHTML')).toBe('<p>red</p>');
    await browser.page.unroute(/sdk.v1.snapshot/);
    await browser.page.reload();
    await streaming();
  });

  test('a worker, which has neither a document nor a place to store in, has flags and is heard', async () => {
    const { url, browserKey } = server.credentials;
    const settings = JSON.stringify({ url, key: browserKey, userId: 'ann' });
    const answer = await browser.page.evaluate(
      (name) =>
        new Promise((resolve) => {
          const worker = new Worker('/life-page-script.js', { type: 'module', name });
          worker.onmessage = ({ data }) => resolve(data);
        }),
      settings,
    );
    expect(answer).toEqual(['red', true]);
  });

  test('left and come back to, it is the page that the browser kept, has the flags of now, and told each event once', async () => {
    await streaming();
    await ask("addEventListener('pageshow', ({ persisted }) => { seen.isKept = persisted; })");
    await ask("for (const nth of [1, 2, 3]) seen.client.track('left', { value: nth })");
    await browser.page.goto(new URL('/elsewhere', browser.page.url()).href);
    await until('its events', 5_000, async () => ((await api.countEvents('left')) === 3 ? true : undefined));
    await api.patchFlag('as-rules', { rules: [] });
    await browser.page.goBack({ waitUntil: 'commit' });
    await whenItIs('the page that was left', 'globalThis.seen?.isKept', true);
    await whenItIs('what changed meanwhile', 'document.querySelector("main").textContent', 'blue');
    await streaming();
    await ask("seen.client.track('came-back')");
    expect(await ask('seen.client.flush()')).toBe(true);
    await until('what came last', 5_000, async () => ((await api.countEvents('came-back')) === 1 ? true : undefined));
    expect(await api.countEvents('left')).toBe(3);
    expect(await ask('seen.errors')).toEqual([]);
    await api.patchFlag('as-rules', { rules });
    await whenItIs('a change while it is shown', 'document.querySelector("main").textContent', 'red');
  });

  // Playwright keeps its pages visible, and no browser freezes those: the page is told what it would be told.
  test('told to freeze it tells what it recorded and gives its line up, and told to resume it asks anew', async () => {
    await ask("seen.client.track('before-it-froze')");
    const before = JSON.stringify(await api.evidence());
    await ask("document.dispatchEvent(new Event('freeze'))");
    expect(await ask('seen.client.status().connection')).toBe('idle');
    await until('its events', 5_000, async () => (JSON.stringify(await api.evidence()) === before ? undefined : true));
    await api.patchFlag('as-rules', { rules: [] });
    expect(await ask('document.querySelector("main").textContent')).toBe('red');
    await ask("document.dispatchEvent(new Event('resume'))");
    await whenItIs('what changed meanwhile', 'document.querySelector("main").textContent', 'blue');
    await streaming();
  });
});
