// `node tools/screenshots.mjs`: pictures of the page for the README, made from the demo while it runs
// (`npm run demo` in another terminal). They are pictures of what is: nothing is drawn for them.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromiumOptions } from './chromium.mjs';
import { root } from './set-up.mjs';

const { chromium } = createRequire(join(root, 'e2e', 'package.json'))('playwright-core');
const data = process.argv[2] ?? join(root, 'data', 'demo');
const folder = join(root, 'docs', 'pictures');
const { url, operatorToken } = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8'));
const place = '#/default/production';
const api = async (path) => {
  const address = `${url}/api/v1/projects/default/environments/production${path}`;
  return (await fetch(address, { headers: { authorization: `Bearer ${operatorToken}` } })).json();
};

/** Two SDK flushes and some looks of the controller. */
const SETTLED_MS = 2_500;

const browser = await chromium.launch(chromiumOptions());
try {
  mkdirSync(folder, { recursive: true });
  const { items } = await api('/rollouts?limit=50');
  const newest = items.toSorted((one, other) => other.createdAtMs - one.createdAtMs);
  // The demo's story: one climbs, the other is killed. The one that climbs goes first, as long as it does.
  const newestOf = (key) => newest.find(({ flagKey }) => flagKey === key)?.id;
  const pictures = [
    ['rollout', `rollouts/${newestOf('new-checkout')}`, 'light', 1000],
    ['flags', 'flags', 'light', 560],
    ['flag', 'flags/new-checkout', 'light', 900],
    ['events', 'events', 'light', 900],
    ['rollout-killed', `rollouts/${newestOf('new-search')}`, 'dark', 1000],
    ['new-rollout', 'new-rollout/new-search', 'light', 900],
  ];
  for (const [name, address, colorScheme, height] of pictures) {
    const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme });
    await page.goto(`${url}/#token=${operatorToken}`);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `${place}/${address}`);
    await page.locator('main h1').first().waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(`docs/pictures/${name}.png`);
    await page.close();
  }
} finally {
  await browser.close();
}
