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
  const running = newest.find(({ active }) => active) ?? newest[0];
  const killed = newest.find(({ state }) => state.kind === 'rolledBack') ?? running;
  const pictures = [
    ['flags', 'flags', 'light', 560],
    ['flag', 'flags/new-checkout', 'light', 900],
    ['new-rollout', 'new-rollout', 'light', 900],
    ['rollout', `rollouts/${running?.id}`, 'light', 1000],
    ['rollout-killed', `rollouts/${killed?.id}`, 'dark', 1000],
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
