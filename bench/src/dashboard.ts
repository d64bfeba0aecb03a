import { setTimeout as sleep } from 'node:timers/promises';
import type { FlagDocument } from '@tidegate/protocol';
import { openSqliteStorage, type Storage } from '@tidegate/server';
import { chromium, type Page, type Request } from 'playwright-core';
import { chromiumOptions } from '../../tools/chromium.mjs';
import { type MeasuredServer, startFilledServer } from './server-process.ts';
import { type BenchTable, median } from './table.ts';

/**
 * The page for operators over an environment that has grown: what a person waits for, measured in the browser itself,
 * from the navigation or the key to the frame after the one that has it.
 */
const PORT = 4294;
const FLAGS = 5_000;
const CHANGES = 100_000;
const ROUNDS = 5;
/** In so many frames from the first flag to the last: as fast as one can drag a scrollbar. */
const SCROLL_FRAMES = 60;
const AUDIT_PAGES = 20;
const AUDIT_PAGE_ROWS = 100;
const SEARCH = 'qua';
/** What the server may give at once, and what the page asks for. */
const PAGE_LIMIT = 200;
/** Ten times what one takes on a machine that has other work: what waits in the page waits without an end. */
const ROUND_WITHIN_MS = 120_000;
/** Whoever stops scrolling for so long looks at what is there. */
const REST_MS = 500;
const POLL_MS = 10;

const ENVIRONMENT = 'default/production';
const BASE = '/api/v1/projects/default/environments/production';
const ROOM = `/#/${ENVIRONMENT}`;
const WORDS = ['checkout', 'search', 'quantity', 'banner', 'prices', 'login', 'quarter', 'basket', 'email', 'menu'];

type Row = Readonly<Record<string, string | number>>;

export async function dashboardBench(): Promise<BenchTable> {
  const server = await startFilledServer(PORT, fill);
  const browser = await chromium.launch(chromiumOptions());
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.goto(`${server.url}/#token=${server.operatorToken}`);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureInTime(page, { server, round }));
    return {
      title: `Dashboard: ${format(FLAGS)} flags, ${format(CHANGES)} changes`,
      method: METHOD,
      rows: medians(rounds),
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}

const METHOD =
  `A real server on SQLite and Chromium without a screen, 1280 × 900, on two cores; medians of ${ROUNDS} rounds. Painted means: ` +
  `the frame after the one in which it stands in the page. The list is dragged from its first flag to its last in ${SCROLL_FRAMES} frames, and the ` +
  `audit is read ${AUDIT_PAGES} pages of ${AUDIT_PAGE_ROWS} further.`;

async function measureInTime(
  page: Page,
  { server, round }: { readonly server: MeasuredServer; readonly round: number },
): Promise<Measured[]> {
  const measure = async () => [
    ...(await measureApi(server, round)),
    ...(await measureFlags(page, server)),
    ...(await measureOneChange(page, { server, round })),
    ...(await measureAudit(page, server)),
  ];
  const tooLate = async () => {
    await sleep(ROUND_WITHIN_MS, undefined, { ref: false });
    throw new Error('the page never came to show what was waited for');
  };
  return Promise.race([measure(), tooLate()]);
}

interface Measured {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
}

function medians(rounds: readonly (readonly Measured[])[]): Row[] {
  return (rounds[0] ?? []).map(({ what, unit }, index) => {
    const value = median(rounds.map((round) => round[index]?.value ?? Number.NaN));
    return { 'what is measured': what, median: `${value < 10 ? value.toFixed(1) : format(Math.round(value))} ${unit}` };
  });
}

function format(count: number): string {
  return count.toLocaleString('en');
}

/** Through the storage: durable commits one by one, as a server would have made them over the years. */
async function fill(file: string): Promise<void> {
  const storage = openSqliteStorage({ file });
  try {
    const revisions: number[] = [];
    for (let index = 0; index < FLAGS; index += 1)
      revisions.push(await save(storage, index, { round: 0, expected: 0 }));
    for (let change = revisions.at(-1) ?? 0, next = 0; change < CHANGES; next += 1) {
      const index = next % FLAGS;
      const round = 1 + Math.floor(next / FLAGS);
      change = await save(storage, index, { round, expected: revisions[index] ?? 0 });
      revisions[index] = change;
    }
  } finally {
    await storage.close();
  }
}

async function save(
  storage: Storage,
  index: number,
  { round, expected }: { readonly round: number; readonly expected: number },
): Promise<number> {
  const document = flagAt(index, round % 2 === 1);
  const outcome = await storage.appendChange({
    environment: ENVIRONMENT,
    kind: 'flag',
    key: document.key,
    document,
    archived: false,
    action: round === 0 ? 'created' : document.enabled ? 'enabled' : 'disabled',
    expectedRevision: expected,
    actor: { kind: 'key', id: 'bench', name: `operator ${index % 7}` },
    reason: round === 0 ? '' : `round ${round} of the flag ${index}`,
    atMs: Date.now(),
  });
  if (outcome.kind !== 'appended') throw new Error(`the change of ${document.key} was refused: ${outcome.kind}`);
  return outcome.revision;
}

function flagAt(index: number, enabled: boolean): FlagDocument {
  const word = WORDS[index % WORDS.length] ?? '';
  return {
    key: `${word}-${String(index).padStart(4, '0')}`,
    description: `What becomes of the ${word} of team ${index % 40}`,
    kind: 'boolean',
    variations: [
      { key: 'off', value: false },
      { key: 'on', value: true },
    ],
    enabled,
    offVariation: 'off',
    prerequisites: [],
    targets: [],
    rules: [
      {
        id: 'beta',
        condition: { attribute: 'plan', operator: 'in', values: ['pro', 'beta'] },
        serve: { kind: 'variation', variation: 'on' },
      },
    ],
    fallthrough: { kind: 'variation', variation: 'off' },
    clientSide: 'off',
    salt: `salt-${index}`,
    tags: [`team-${index % 40}`, word],
    owner: `team-${index % 40}`,
    temporary: index % 2 === 0,
    createdAtMs: Date.now(),
  };
}

/** What the page waits for, without the page. */
async function measureApi(server: MeasuredServer, round: number): Promise<Measured[]> {
  const ms = (what: string, value: number): Measured => ({ what: `API: ${what}`, unit: 'ms', value });
  return [
    ms(`${PAGE_LIMIT} flags`, await timeOf(() => call(server, 'GET', `${BASE}/flags?limit=${PAGE_LIMIT}`))),
    ms('all flags, page by page', await timeOf(() => readAll(server, `${BASE}/flags?limit=${PAGE_LIMIT}`))),
    ms('all stale flags, page by page', await timeOf(() => readAll(server, `${BASE}/stale-flags?limit=${PAGE_LIMIT}`))),
    ms(
      `${AUDIT_PAGE_ROWS} newest changes`,
      await timeOf(() => call(server, 'GET', `${BASE}/changes?order=newest&limit=${AUDIT_PAGE_ROWS}`)),
    ),
    ms(
      `${AUDIT_PAGE_ROWS} changes of the middle`,
      await timeOf(() =>
        call(server, 'GET', `${BASE}/changes?order=newest&limit=${AUDIT_PAGE_ROWS}&after=${CHANGES / 2}`),
      ),
    ),
    ms('one more flag', await timeOf(() => call(server, 'POST', `${BASE}/flags`, { key: `more-${round}` }))),
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const beganAtMs = performance.now();
  await work();
  return performance.now() - beganAtMs;
}

async function readAll(server: MeasuredServer, path: string): Promise<void> {
  let after: string | null = null;
  do {
    const answer: Listed = await call(server, 'GET', after === null ? path : `${path}&after=${after}`);
    after = answer.next ?? null;
  } while (after !== null);
}

async function measureFlags(page: Page, server: MeasuredServer): Promise<Measured[]> {
  const firstMs = await openRoom(page, `${server.url}${ROOM}/flags`, '.flag-row');
  const allMs = await page.evaluate(waitUntilAllAreThere, FLAGS);
  const searched = await search(page);
  await page.locator('input[type=search]').fill('');
  const scrolled = await scroll(page);
  return [
    { what: 'flags: navigation → first rows painted', unit: 'ms', value: firstMs },
    { what: 'flags: navigation → all of them read', unit: 'ms', value: allMs },
    { what: `flags: first of the letters “${SEARCH}” → what is found painted`, unit: 'ms', value: searched },
    { what: 'flags: longest frame from the first to the last', unit: 'ms', value: scrolled.longestFrameMs },
    { what: 'flags: requests meanwhile', unit: '', value: scrolled.requests },
    { what: 'flags: at the end → everything asked is answered', unit: 'ms', value: scrolled.restMs },
    ...(await weigh(page, 'flags')),
  ];
}

/** What one change by somebody else costs a page that has read all flags. */
async function measureOneChange(
  page: Page,
  { server, round }: { readonly server: MeasuredServer; readonly round: number },
): Promise<Measured[]> {
  await page.locator('.virtual').evaluate((list) => list.scrollTo(0, 0));
  const { items } = await call(server, 'GET', `${BASE}/flags?limit=1`);
  const [flag] = items ?? [];
  if (flag === undefined) throw new Error('there is no flag to change');
  await sleep(REST_MS);
  const traffic = watchTraffic(page);
  const beganAtMs = performance.now();
  const description = `changed in round ${round}`;
  await call(server, 'PATCH', `${BASE}/flags/${flag.key}`, { description }, flag.revision);
  await page.locator('.flag-row', { hasText: description }).waitFor();
  const seenMs = performance.now() - beganAtMs;
  const requests = await traffic.rest();
  const sizes = await Promise.all(requests.map(async (request) => (await request.sizes()).responseBodySize));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return [
    { what: 'flags: somebody’s change of one → painted', unit: 'ms', value: seenMs },
    { what: 'flags: requests for it, the look at the newest revision among them', unit: '', value: requests.length },
    { what: 'flags: kB read for it', unit: 'kB', value: bytes / 1_000 },
  ];
}

async function measureAudit(page: Page, server: MeasuredServer): Promise<Measured[]> {
  const firstMs = await openRoom(page, `${server.url}${ROOM}/audit`, 'tbody th');
  const { longestFrameMs, tookMs } = await page.evaluate(readOlder, (AUDIT_PAGES + 1) * AUDIT_PAGE_ROWS);
  return [
    { what: 'audit: navigation → first rows painted', unit: 'ms', value: firstMs },
    { what: `audit: ${AUDIT_PAGES} pages further`, unit: 'ms', value: tookMs },
    { what: 'audit: longest frame meanwhile', unit: 'ms', value: longestFrameMs },
    ...(await weigh(page, 'audit')),
  ];
}

/** A navigation as by the address bar, until the first such element has been painted. */
async function openRoom(page: Page, address: string, selector: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(address, { waitUntil: 'commit' });
  return page.evaluate(waitUntilPainted, selector);
}

// What follows runs in the page. None of it has a named function inside: what runs this names them by a helper that
// the page does not have.

async function waitUntilPainted(selector: string): Promise<number> {
  while (document.querySelector(selector) === null) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now();
}

async function waitUntilAllAreThere(count: number): Promise<number> {
  while (Number(document.querySelector('.page-head [role=status]')?.textContent?.replace(/\D/g, '')) < count) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now();
}

async function search(page: Page): Promise<number> {
  await page.locator('input[type=search]').focus();
  const found = page.evaluate(watchSearch, SEARCH);
  await page.keyboard.type(SEARCH);
  return found;
}

async function watchSearch(text: string): Promise<number> {
  const beganAtMs = await new Promise<number>((resolve) => {
    addEventListener('keydown', () => resolve(performance.now()), { once: true, capture: true });
  });
  while (!(document.querySelector('.page-head [role=status]')?.textContent ?? '').includes(' of ')) {
    await new Promise(requestAnimationFrame);
  }
  while ([...document.querySelectorAll('.flag-row')].some((row) => !row.textContent?.includes(text))) {
    await new Promise(requestAnimationFrame);
  }
  await new Promise(requestAnimationFrame);
  return performance.now() - beganAtMs;
}

/** Drags the list to its end, and waits for what that made the page ask the server. */
async function scroll(page: Page): Promise<{ longestFrameMs: number; requests: number; restMs: number }> {
  const traffic = watchTraffic(page);
  const longestFrameMs = await page.evaluate(scrollToEnd, SCROLL_FRAMES);
  const endedAtMs = performance.now();
  const requests = await traffic.rest();
  return { longestFrameMs, requests: requests.length, restMs: performance.now() - endedAtMs };
}

/** What the page asks from now on. `rest` ends it, once everything asked is answered and nothing was asked for a moment. */
function watchTraffic(page: Page): { rest(): Promise<readonly Request[]> } {
  const asked = new Set<Request>();
  const answered = new Set<Request>();
  page.on('request', (request) => asked.add(request));
  page.on('requestfinished', (request) => answered.add(request));
  page.on('requestfailed', (request) => answered.add(request));
  return {
    async rest() {
      await sleep(REST_MS);
      while ([...asked].some((request) => !answered.has(request))) await sleep(POLL_MS);
      page.removeAllListeners();
      return [...asked];
    },
  };
}

async function scrollToEnd(frames: number): Promise<number> {
  const list = document.querySelector('.virtual');
  let longestFrameMs = 0;
  let lastAtMs = await new Promise(requestAnimationFrame);
  for (let frame = 1; frame <= frames && list !== null; frame += 1) {
    list.scrollTop = ((list.scrollHeight - list.clientHeight) * frame) / frames;
    const atMs = await new Promise(requestAnimationFrame);
    longestFrameMs = Math.max(longestFrameMs, atMs - lastAtMs);
    lastAtMs = atMs;
  }
  return longestFrameMs;
}

async function readOlder(rowCount: number): Promise<{ longestFrameMs: number; tookMs: number }> {
  const beganAtMs = performance.now();
  let longestFrameMs = 0;
  let lastAtMs = await new Promise(requestAnimationFrame);
  for (let there = 0; there < rowCount; ) {
    const list = document.querySelector('.virtual');
    if (list !== null) list.scrollTop = list.scrollHeight;
    const atMs = await new Promise(requestAnimationFrame);
    longestFrameMs = Math.max(longestFrameMs, atMs - lastAtMs);
    lastAtMs = atMs;
    // Its titles are a row too.
    there = Number(list?.querySelector('table')?.ariaRowCount) - 1;
  }
  return { longestFrameMs, tookMs: performance.now() - beganAtMs };
}

async function weigh(page: Page, room: string): Promise<Measured[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  return [
    { what: `${room}: memory of the page’s scripts`, unit: 'MB', value: usedSize / 1e6 },
    { what: `${room}: elements in the page`, unit: '', value: elements },
  ];
}

interface Listed {
  readonly items?: readonly { readonly key: string; readonly revision: number }[];
  readonly next?: string | null;
}

async function call(
  server: MeasuredServer,
  method: string,
  path: string,
  body?: object,
  ifMatch?: number,
): Promise<Listed> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.operatorToken}`,
      'content-type': 'application/json',
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  // What the routes of lists answer; of others nothing is read.
  return (await response.json()) as Listed;
}
