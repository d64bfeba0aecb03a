import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumOptions, findChromium } from '../../tools/chromium.mjs';
import { root } from './processes.ts';

export interface BrowserPage {
  readonly page: Page;
  close(): Promise<void>;
}

export const chromiumPath = findChromium();

export interface PageOptions {
  /**
   * A page that is left is kept for the way back, as browsers do. Playwright switches that off unless it is asked not to:
   * it never hears such a page load, so the way back is `goBack({ waitUntil: 'commit' })` then.
   */
  readonly keepsPages?: boolean;
}

/** Opens a page in the system's Chromium that has loaded one script of this folder, bundled as a page's author would. */
export async function openPage(
  script: string,
  settings: Record<string, string>,
  { keepsPages = false }: PageOptions = {},
): Promise<BrowserPage> {
  const bundle = await build({
    entryPoints: [join(root, 'e2e/src', script)],
    bundle: true,
    format: 'esm',
    // What is imported on demand is a file of its own.
    splitting: true,
    outdir: join(root, '.tmp', 'page'),
    target: 'es2022',
    conditions: ['@tidegate/source'],
    write: false,
  });
  const scripts = new Map(bundle.outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
  const server = await servePage({ scripts, entry: `/${script.replace(/ts$/, 'js')}`, settings });
  const ignoreDefaultArgs = keepsPages ? ['--disable-back-forward-cache'] : [];
  const browser = await chromium.launch({ ...chromiumOptions(), ignoreDefaultArgs });
  const page = await browser.newPage();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no port');
  await page.goto(`http://127.0.0.1:${address.port}/`);
  return { page, close: () => closeAll(browser, server) };
}

interface Served {
  /** By their paths. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly entry: string;
  readonly settings: Record<string, string>;
}

async function servePage({ scripts, entry, settings }: Served): Promise<Server> {
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  const html = `<!doctype html><meta charset="utf-8"><title>e2e</title><script type="application/json" id="settings">${json}</script><script type="module" src="${entry}"></script>`;
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' });
    response.end(script ?? html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closeAll(browser: Browser, server: Server): Promise<void> {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
