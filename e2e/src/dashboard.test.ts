import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumOptions } from '../../tools/chromium.mjs';
import { operatorApi } from './api.ts';
import { chromiumPath } from './browser-page.ts';
import { end, freePort, type ServerProcess, startScript, startServer, until } from './processes.ts';

const PLACE = '#/default/production';
/** What would run if any of it became markup or script. */
const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
/** As a field for a local time has it. */
const inAnHour = () =>
  new Date(Date.now() + 3_600_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
const FIRST_FLIP_WITHIN_MS = 60_000;
const SDKS = 12;
const ROOMS = [
  ...['flags', 'rollouts', 'new-rollout', 'explain', 'audit', 'schedules'],
  ...['segments', 'metrics', 'events', 'sdks', 'keys'],
];

describe.skipIf(chromiumPath === undefined)('the dashboard, in a browser, of a real server', () => {
  let dataDir: string;
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  const programs: ChildProcess[] = [];
  const complaints: string[] = [];
  let rolloutRoom = '';

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-dashboard-'));
    server = await startServer({ dataDir, port: await freePort() });
    browser = await chromium.launch(chromiumOptions());
    page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    // Chromium tells each violation of the content security policy as an error of the console.
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) complaints.push(message.text());
    });
    page.setDefaultTimeout(15_000);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all(programs.map((program) => end(program, 'SIGKILL')));
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('the link of the first start leads to the first flip in less than a minute, and works once', async () => {
    const startedAtMs = performance.now();
    const link = /http:\S+#setup=\S+/.exec(server.output())?.[0] ?? '';
    await page.goto(link);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'I have it: go on' }).click();
    await page.getByRole('button', { name: 'Create it' }).click();
    await page.getByRole('button', { name: 'Make a key for it' }).click();
    const program = await page.locator('pre', { hasText: 'tg_srv_' }).innerText();
    const key = /tg_srv_[\w-]+/.exec(program)?.[0] ?? '';
    const flags = [{ key: 'my-first-flag', controlFailure: 0.02, treatmentFailure: 0.02 }];
    await startProgram({ url: server.url, key, name: 'shop', visitsPerSecond: 150, flags, instances: SDKS });
    await page.getByText('The first evaluation has come').waitFor();
    await page.getByRole('switch').click();
    await page.getByRole('button', { name: 'Switch it on' }).click();
    await page.getByText('Your program says true').waitFor();
    const tookMs = performance.now() - startedAtMs;
    console.log(`from the first page to the first flip: ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(FIRST_FLIP_WITHIN_MS);

    const again = await browser.newPage();
    await again.goto(link);
    await again.getByLabel('Your name').fill('Eve');
    await again.getByRole('button', { name: 'Begin' }).click();
    await again.getByText('The link works once').waitFor();
    await again.close();
  });

  test('a rollout that the wizard starts rises before one’s eyes, and the keyboard alone kills it everywhere', async () => {
    await operatorApi(server.credentials).createFlag({ key: 'new-checkout', enabled: true, description: HOSTILE });
    const flags = [{ key: 'new-checkout', controlFailure: 0.02, treatmentFailure: 0.02 }];
    const { url, serverKey: key } = server.credentials;
    await startProgram({ url, key, name: 'checkout', visitsPerSecond: 150, flags, instances: 1 });
    await visit('new-rollout/new-checkout');
    await page.getByRole('radio', { name: /^own/ }).check();
    await page.getByLabel('Share').first().fill('20%');
    for (const [index, dwell] of ['3s', '10m'].entries()) await page.getByLabel('At least for').nth(index).fill(dwell);
    for (const index of [0, 1, 2]) await page.getByLabel('Units per arm').nth(index).fill('20');
    await page.getByText('Stage 1 (20%), treatment:').first().waitFor();
    // Fields and text are one plan: what has no field stays, and what is written in one shows in the other.
    const written = page.getByRole('textbox', { name: 'The plan as it is written' });
    await written.fill(`# the winter checkout\n${await written.inputValue()}maxExposedUnits: 90000\n`);
    await page.getByLabel('Units per arm').nth(2).fill('25');
    await page.getByText('90000 units at most').waitFor();
    expect(await written.inputValue()).toMatch(/^# the winter checkout\n.*minUnits: 25\n.*maxExposedUnits: 90000\n$/s);
    await page.getByRole('button', { name: 'Start the rollout' }).click();
    await page.getByRole('button', { name: 'Start it' }).click();
    await page.getByText(/^Next: /).waitFor();
    await page.getByRole('heading', { level: 1, name: /25%/ }).waitFor({ timeout: 30_000 });

    rolloutRoom = page.url().split(`${PLACE}/`)[1] ?? '';
    await page.getByRole('heading', { name: 'Drills' }).click();
    await page.getByLabel('Times as bad').fill('20');
    await page.getByLabel('New units a minute').fill('9000');
    await page.getByLabel('Rate in control, %').fill('2');
    await page.getByRole('button', { name: 'Hold a drill' }).click();
    await page.getByText(/copies were killed/).waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByText(`${SDKS + 1} of ${SDKS + 1} SDKs have it`).waitFor();
    await page.getByText('control for everyone').waitFor();
    await page
      .getByRole('button', { name: /^Explain decision/ })
      .first()
      .click();
    await page.getByText('the same, bit for bit').waitFor();
    await page.keyboard.press('Escape');
  });

  test('what comes is told by who sends it, and a rollout is found by how it ended', async () => {
    await visit('events');
    await page.getByText('@tidegate/sdk-node').first().waitFor();
    await page.getByText('a unit is shown by half of its hash', { exact: false }).waitFor();
    await visit('rollouts');
    await page.getByLabel('Search rollouts').fill('no such flag');
    await page.getByText('No rollout is like that').waitFor();
    await page.getByLabel('Search rollouts').fill('checkout');
    await page.getByRole('radio', { name: 'Killed' }).check();
    await page.getByRole('link', { name: 'new-checkout' }).waitFor();
  });

  test('a rule is reviewed as a diff before it is saved, and undone from the audit', async () => {
    await visit('flags/my-first-flag');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Values, with commas between them').fill(HOSTILE);
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByText('window.hacked').first().waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Changes that are not saved yet').waitFor({ state: 'detached' });
    const api = operatorApi(server.credentials);
    expect((await api.getFlag('my-first-flag')).json.rules).toHaveLength(1);

    await page.getByRole('link', { name: 'updated' }).first().click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('restored').first().waitFor();
    expect((await api.getFlag('my-first-flag')).json.rules).toEqual([]);
  });

  test('what a user gets is explained, and nothing of a context runs', async () => {
    await visit('explain/new-checkout');
    await page.getByLabel('Context').fill(JSON.stringify({ targetingKey: HOSTILE }));
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText('Who made it so').waitFor();
  });

  test('an edit is not left unasked, and somebody else’s change under it is told and not overwritten', async () => {
    await visit('flags/my-first-flag');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const asked: string[] = [];
    page.once('dialog', (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.getByRole('link', { name: 'Audit' }).click();
    expect(asked).toEqual([expect.stringContaining('What is not saved is lost')]);
    await operatorApi(server.credentials).patchFlag('my-first-flag', { description: 'somebody else' });
    await page.getByText('Somebody changed this flag since you began').waitFor();
    await page.getByRole('button', { name: 'What changed' }).click();
    await page.getByText('"description": "somebody else"').waitFor();
    await page.getByRole('button', { name: 'Put mine on top' }).click();
    await page.getByText('somebody else').first().waitFor();
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Changes that are not saved yet').waitFor({ state: 'detached' });
    const { json } = await operatorApi(server.credentials).getFlag('my-first-flag');
    expect(json).toMatchObject({ description: 'somebody else', rules: [{ id: 'rule-1' }] });
  });

  test('a flag is edited in fields and by keys alone, checked while it is typed, ordered for later, and taken back', async () => {
    const api = operatorApi(server.credentials);
    const to = (variation: string) => ({ kind: 'variation', variation });
    await api.createFlag({
      ...{ key: 'limits', kind: 'json', offVariation: 'small', fallthrough: to('small') },
      valueSchema: { type: 'object', properties: { max: { minimum: 1 } } },
      variations: [
        { key: 'small', value: { max: 1 } },
        { key: 'large', value: { max: 9 } },
      ],
      rules: ['first', 'second'].map((id) => ({ id, condition: { any: [] }, serve: to('large') })),
    });
    await visit('flags/limits');
    const value = page.getByRole('textbox', { name: 'Value of large' });
    await value.fill('{\n  "max": 0\n}');
    await page.getByText('Line 2: must be >= 1').waitFor();
    await value.fill('{\n  "max": 7,\n}');
    await page.getByText('Line 2: Not JSON yet').waitFor();
    await value.fill('{ "max": 7 }');
    await page.getByRole('button', { name: '+ prerequisite' }).click();
    await page.getByLabel('Flag that is asked first').fill('first-fl');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '+ named units' }).click();
    await page.getByLabel('Add units for small').fill(`ann,${HOSTILE.replaceAll(',', '')},`);
    await page.getByRole('button', { name: /^Move rule first, number 1/ }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/number 2/);
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByLabel(/^At a later time/).fill('2099-01-01T12:00:00');
    await page.getByRole('button', { name: 'Schedule it' }).click();
    await page
      .getByText(/at most 366 days ahead/)
      .first()
      .waitFor();
    await page.getByLabel(/^At a later time/).fill(inAnHour());
    await page.getByRole('button', { name: 'Schedule it' }).click();
    await page.getByText('it changes prerequisites, targets, rules, variations').waitFor();

    await visit('schedules');
    await page.getByText('"second"').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: /^Cancel what is scheduled for limits/ }).click();
    await page.getByRole('button', { name: 'Cancel it', exact: true }).click();
    await page.getByText('Nothing is scheduled.').waitFor();
  });

  test('an environment is coloured, and asks once more, when it is said to be critical; others are switched from here', async () => {
    const { url, operatorToken } = server.credentials;
    const post = (path: string, body: object) =>
      fetch(`${url}/api/v1/projects/default/environments${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('', { key: 'staging' });
    await post('/staging/flags', { key: 'limits' });
    await page.reload();
    await visit('flags/limits');
    await page.getByRole('switch', { name: 'limits in default/staging' }).click();
    await page.getByRole('switch', { name: 'limits in default/staging', checked: true }).waitFor();
    await visit('environments');
    await page.getByText('critical', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Settings of default/production' }).click();
    await page.getByLabel(/^Critical:/).uncheck();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('critical', { exact: true }).first().waitFor({ state: 'detached' });
    await visit('flags/limits');
    await page.getByRole('switch', { name: 'limits in default/production' }).click();
    await page.getByRole('switch', { name: 'limits in default/production', checked: true }).waitFor();
    await visit('environments');
    await page.getByRole('button', { name: 'Settings of default/production' }).click();
    await page.getByRole('button', { name: 'Take what was before' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('critical', { exact: true }).first().waitFor();
  });

  test.each(['light', 'dark'] as const)('no room has a serious problem of accessibility in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const problems: string[] = [];
    for (const room of [...ROOMS, 'environments', 'welcome', 'flags/new-checkout', rolloutRoom]) {
      await visit(room);
      if (colorScheme === 'light') await openEverySection();
      // Legacy mode spares a second page for each look: there are no frames here. Only colours differ in the dark.
      const axe = new AxeBuilder({ page }).setLegacyMode();
      const { violations } = await (colorScheme === 'dark' ? axe.withRules('color-contrast') : axe).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue;
        problems.push(`${room}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
      }
    }
    expect(problems).toEqual([]);
  });

  test('on a phone no page is wider than the screen', async () => {
    await page.setViewportSize({ width: 375, height: 740 });
    for (const room of [...ROOMS, 'flags/new-checkout', rolloutRoom]) {
      await visit(room);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect({ room, width }).toEqual({ room, width: 375 });
    }
  });

  test('nothing broke, no text became markup, and the content security policy had nothing to refuse', async () => {
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(complaints).toEqual([]);
  });

  async function visit(room: string): Promise<void> {
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, `${PLACE}/${room}`);
    await page.locator('main h1').first().waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  }

  async function openEverySection(): Promise<void> {
    await page.evaluate(() => {
      for (const closed of document.querySelectorAll('details')) closed.open = true;
    });
  }

  async function startProgram(orders: object): Promise<void> {
    const program = startScript('sdk-process.ts', { ORDERS: JSON.stringify(orders) });
    programs.push(program);
    await until('the program is ready', 20_000, async () => {
      const [message] = await once(program, 'message');
      return message.kind === 'ready' ? true : undefined;
    });
  }
});
