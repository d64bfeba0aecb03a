import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { type Child, startChild } from './child.ts';
import { tell } from './story.ts';
import { type Rollout, TidegateRest } from './tidegate-rest.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/**
 * One server, two shops, real traffic: a healthy change climbs to everybody, a harmful one is killed. Everything goes
 * the way that it goes in production: REST, stream, events. `--once` ends when the story does, and fails unless it ended
 * as promised.
 */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const dataDir = join(root, 'data', 'demo');
const isOnce = process.argv.includes('--once');

const VISITS_PER_SECOND = 150;
const STORY_MAX_MS = 110_000;
const LOOK_INTERVAL_MS = 250;
/** How long the visitors of the killed shop are watched for anybody who still gets the new page. */
const AFTERMATH_MS = 3_000;

const SHOPS: readonly Shop[] = [
  { name: 'checkout', flagKey: 'new-checkout', treatmentFailures: 0.02, promised: 'succeeded' },
  { name: 'search', flagKey: 'new-search', treatmentFailures: 0.08, promised: 'rolledBack' },
];
const CONTROL_FAILURES = 0.02;
const FLAG_WIDTH = 14;

/** Short stages for an audience; alpha is a fiftieth of the default, so that the story ends as promised. */
const PLAN = {
  treatment: 'on',
  control: 'off',
  stages: [50_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 8_000, minUnits: 50 })),
  bakeMs: 8_000,
  alpha: 0.001,
  guards: [{ metric: 'run-errors' }],
};

interface Shop {
  readonly name: string;
  readonly flagKey: string;
  readonly treatmentFailures: number;
  readonly promised: Rollout['state']['kind'];
}

interface OpenShop extends Shop {
  readonly child: Child;
  readonly traffic: Traffic;
}

const children: Child[] = [];
const traffics: Traffic[] = [];
const interrupted = new Promise<void>((resolve) => {
  process.on('SIGINT', () => resolve());
  process.on('SIGTERM', () => resolve());
});

// Until the story has ended, whoever interrupts it has not seen it end as promised.
process.exitCode = 130;
try {
  await Promise.race([runDemo(), interrupted]);
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await Promise.all(traffics.map((traffic) => traffic.stop()));
  // Shops first: they deliver their last events.
  for (const child of children.toReversed()) await child.stop();
}
process.exit();

async function runDemo(): Promise<void> {
  const server = await startServer();
  const credentials = await readCredentials();
  const rest = new TidegateRest({ url: server.url, token: credentials.operatorToken });
  for (const { flagKey, name } of SHOPS) {
    await rest.createFlag({ key: flagKey, enabled: true, description: `The new page of the ${name} shop` });
  }
  const shops: OpenShop[] = [];
  for (const shop of SHOPS) shops.push(await openShop(shop, { url: server.url, key: credentials.serverKey }));
  introduce(server, shops);

  const lost = Promise.race(children.map((child) => child.lost));
  const ends = await Promise.race([lost, Promise.all(shops.map((shop) => follow(rest, shop)))]);
  const asPromised = SHOPS.every((shop, index) => ends[index] === shop.promised);
  await Promise.all(traffics.map((traffic) => traffic.stop()));
  if (!asPromised) console.log('\nThis is not what was promised: new-checkout at 100 %, new-search killed.');
  process.exitCode = asPromised ? 0 : 1;
  if (isOnce) return;
  suggest(server.url, credentials.operatorToken);
  await lost;
}

async function startServer(): Promise<Child> {
  await refuseToDisturb();
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  const server = await startChild({
    name: 'server',
    script: join(root, 'packages/server/bin/tidegate-server.mjs'),
    env: { ...process.env, TIDEGATE_DATA_DIR: dataDir, TIDEGATE_DATABASE_URL: undefined },
    logFile: join(dataDir, 'server.log'),
    readyLine: /^Tidegate listens on (\S+)/,
  });
  children.push(server);
  return server;
}

/** The data of the last demo is wiped, but never under a demo that still runs. */
async function refuseToDisturb(): Promise<void> {
  const url = await readCredentials().then(
    (credentials) => credentials.url,
    () => undefined,
  );
  const answer = url && (await fetch(`${url}/livez`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined));
  if (answer) throw new Error(`another demo is running at ${url}; end it with Ctrl-C first.`);
}

async function readCredentials(): Promise<{ url: string; operatorToken: string; serverKey: string }> {
  // The server writes this file with these members before it says that it is ready.
  return JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
}

async function openShop(shop: Shop, server: { url: string; key: string }): Promise<OpenShop> {
  const child = await startChild({
    name: `${shop.name} shop`,
    script: fileURLToPath(new URL('shop.js', import.meta.url)),
    args: [
      ...['--flag', shop.flagKey],
      ...['--control-failures', String(CONTROL_FAILURES)],
      ...['--treatment-failures', String(shop.treatmentFailures)],
    ],
    env: { ...process.env, TIDEGATE_URL: server.url, TIDEGATE_SERVER_KEY: server.key },
    logFile: join(dataDir, `${shop.name}.log`),
    readyLine: /^ready (\S+)/,
  });
  children.push(child);
  const traffic = startTraffic({ url: child.url, visitsPerSecond: VISITS_PER_SECOND, maxMs: STORY_MAX_MS });
  traffics.push(traffic);
  return { ...shop, child, traffic };
}

/** Starts the rollout of one shop and tells what happens to it, to its end. */
async function follow(rest: TidegateRest, shop: OpenShop): Promise<Rollout['state']['kind']> {
  const deadlineMs = performance.now() + STORY_MAX_MS;
  let now = await rest.startRollout({ ...PLAN, flagKey: shop.flagKey });
  let before: Rollout | undefined;
  for (;;) {
    for (const sentence of tell(before, now)) say(shop, sentence);
    if (now.state.kind === 'rolledBack') await tellAftermath(rest, shop, now);
    if (['succeeded', 'rolledBack', 'cancelled'].includes(now.state.kind)) return now.state.kind;
    if (performance.now() > deadlineMs) {
      say(shop, 'the story takes too long and ends here');
      return now.state.kind;
    }
    await sleep(LOOK_INTERVAL_MS);
    before = now;
    now = await rest.getRollout(now.id);
  }
}

/** How fast everybody had control again, and whether anybody got the new page since. */
async function tellAftermath(rest: TidegateRest, shop: OpenShop, { id, state }: Rollout): Promise<void> {
  const decisions = await rest.listDecisions(id);
  const killed = decisions.find(({ kind }) => kind === 'kill');
  const confirmed = decisions.find(({ kind }) => kind === 'confirm');
  const after = killed && confirmed ? `, ${confirmed.atMs - killed.atMs} ms after the decision` : '';
  say(shop, `${state.confirmedCount} of ${state.connectedCount} SDKs confirmed that they serve control again${after}`);
  shop.traffic.restartCount();
  await sleep(AFTERMATH_MS);
  const { control, treatment } = shop.traffic.visits;
  say(shop, `since then ${treatment} of ${control + treatment} visits got the new page`);
}

function introduce(server: Child, shops: readonly OpenShop[]): void {
  console.log(`\nTidegate at ${server.url}, and two shops with ${VISITS_PER_SECOND} visits per second each:`);
  for (const { flagKey, child, treatmentFailures } of shops) {
    const fails = `${CONTROL_FAILURES * 100} % of the old pages fail, ${treatmentFailures * 100} % of the new ones`;
    console.log(`  ${flagKey.padEnd(FLAG_WIDTH)}${child.url}  ${fails}`);
  }
  console.log('Nobody tells the server which one is bad. It finds out from what the shops report.\n');
}

function suggest(url: string, token: string): void {
  console.log(`
Look around; everything runs until Ctrl-C (without visitors now):
  TIDEGATE_DATA_DIR=./data/demo npx tidegate rollout explain new-search
  TIDEGATE_DATA_DIR=./data/demo npx tidegate explain new-search --context '{"targetingKey":"visitor-1"}'
  TIDEGATE_DATA_DIR=./data/demo npx tidegate rollout list
The page: ${url}/#token=${token}
`);
}

function say(shop: Shop, sentence: string): void {
  const seconds = (performance.now() / 1_000).toFixed(1).padStart(5);
  console.log(`${seconds} s  ${shop.flagKey.padEnd(FLAG_WIDTH)}${painted(sentence)}`);
}

function painted(sentence: string): string {
  if (!process.stdout.isTTY || process.env['NO_COLOR']) return sentence;
  if (sentence.startsWith('KILLED')) return styleText('red', sentence);
  return sentence.startsWith('SUCCEEDED') ? styleText('green', sentence) : sentence;
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
