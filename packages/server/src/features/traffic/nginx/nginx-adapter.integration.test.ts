import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterOf } from '@tidegate/protocol';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { NginxSite } from '../../../config.ts';
import { createHttpClient } from '../../../http-client/index.ts';
import { hang, replyText, startStandIn } from '../../../http-client/stand-in-server.fixture.ts';
import { systemPlatform } from '../../../platform.ts';
import { orderOf, SHARED } from '../order.fixture.ts';
import { nginxAdapter } from './nginx-adapter.ts';

/** In place of `nginx -s reload`. */
const script = (text: string): NginxSite['reload'] => ({ command: [process.execPath, '-e', text] });
const DONE = script('');
const settings: AdapterOf<'nginx'> = {
  ...SHARED,
  kind: 'nginx',
  site: 'edge',
  unit: '$remote_addr',
  treatment: 'new',
  control: 'old',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidegate-nginx-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

function adapterOf(
  site: Partial<NginxSite>,
  allowedHosts: readonly string[] = [],
  overrides: Partial<AdapterOf<'nginx'>> = {},
) {
  const platform = systemPlatform();
  const client = createHttpClient({ platform, allowedHosts });
  const file = join(folder, 'edge.conf');
  const sites = { edge: { file, reload: DONE, ...site } };
  return nginxAdapter({ ...settings, ...overrides }, { sites, client, platform });
}

/** An nginx that says which share its workers have. */
async function statusOf(reply: Parameters<Awaited<ReturnType<typeof startStandIn>>['reply']>[0]) {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  standIn.reply(reply);
  return { ...standIn, status: `${standIn.url}/share`, allowed: [standIn.host] };
}

test('the file is replaced as a whole, nginx is told, and without an address the file is what is confirmed', async () => {
  const told = join(folder, 'told');
  const adapter = adapterOf({ reload: script(`require('fs').appendFileSync(${JSON.stringify(told)}, 'x')`) });
  expect(await adapter.read(orderOf(0))).toMatchObject({ kind: 'read', weightPpm: null });
  expect(await adapter.write(orderOf(50_000))).toEqual({ kind: 'written' });
  expect(await adapter.read(orderOf(50_000))).toMatchObject({ kind: 'read', weightPpm: 50_000 });
  expect(await readFile(told, 'utf8')).toBe('x');
  expect((await readdir(folder)).sort()).toEqual(['edge.conf', 'told']);
});

test('the share is that of the workers, where they can be asked', async () => {
  let answers = 0;
  // The old workers answer twice more.
  const nginx = await statusOf((response) => {
    answers += 1;
    response.end(answers > 2 ? '50000' : '0');
  });
  const adapter = adapterOf({ status: nginx.status }, nginx.allowed);
  expect(await adapter.write(orderOf(50_000))).toEqual({ kind: 'written' });
  expect(await adapter.read(orderOf(50_000))).toEqual({ kind: 'read', weightPpm: 50_000, detail: 'nginx has 5 %.' });
});

test('a file that somebody else changed counts, although nginx has not read it yet', async () => {
  const nginx = await statusOf(replyText('50000'));
  const adapter = adapterOf({ status: nginx.status }, nginx.allowed);
  await adapter.write(orderOf(50_000));
  await writeFile(join(folder, 'edge.conf'), 'split_clients "$remote_addr" $tidegate_edge { * new; }');
  expect(await adapter.read(orderOf(50_000))).toMatchObject({ kind: 'read', weightPpm: null });
});

test('workers that keep the old share are asked until the time is over, and then it is told', async () => {
  const nginx = await statusOf(replyText('0'));
  const adapter = adapterOf({ status: nginx.status }, nginx.allowed, { timeoutMs: 400 });
  await adapter.write(orderOf(50_000));
  expect(nginx.requests.length).toBeGreaterThan(1);
  expect(await adapter.read(orderOf(50_000))).toMatchObject({
    weightPpm: null,
    detail: expect.stringContaining('0 %'),
  });
});

test.each([
  ['a page', replyText('<!doctype html>', 200), /answered 200 instead/],
  ['500', replyText('0', 500), /answered 500 instead/],
])('an answer of %s is no share', async (_, reply, detail) => {
  const nginx = await statusOf(reply);
  const adapter = adapterOf({ status: nginx.status }, nginx.allowed);
  await writeFile(join(folder, 'edge.conf'), '');
  expect(await adapter.read(orderOf(0))).toEqual({ kind: 'failed', detail: expect.stringMatching(detail) });
});

test('a status that is slow, gone or not allowed is no share', async () => {
  const nginx = await statusOf(hang);
  await writeFile(join(folder, 'edge.conf'), '');
  const late = new AbortController();
  const slow = adapterOf({ status: nginx.status }, nginx.allowed).read(orderOf(0, { signal: late.signal }));
  await expect.poll(() => nginx.requests.length).toBe(1);
  late.abort();
  expect(await slow).toMatchObject({ kind: 'failed' });
  expect(await adapterOf({ status: nginx.status }).read(orderOf(0))).toMatchObject({
    kind: 'failed',
    detail: expect.stringContaining('private address'),
  });
});

test.each([
  ['fails', script('console.error("unknown directive"); process.exit(1)'), /failed \(1\): unknown directive/],
  ['is not there', { command: ['/nowhere/nginx', '-s', 'reload'] } as const, /ENOENT/],
  ['finds no process', { pidFile: '/nowhere/nginx.pid' } as const, /cannot be told: ENOENT/],
])('a reload that %s is told', async (_, reload, detail) => {
  expect(await adapterOf({ reload }).write(orderOf(50_000))).toEqual({
    kind: 'failed',
    detail: expect.stringMatching(detail),
  });
});

test('a reload that hangs is ended with the order', async () => {
  const begun = join(folder, 'begun');
  const reload = script(`require('fs').writeFileSync(${JSON.stringify(begun)}, ''); setInterval(() => {}, 1000)`);
  const late = new AbortController();
  const written = adapterOf({ reload }).write(orderOf(50_000, { signal: late.signal }));
  await expect.poll(() => readdir(folder)).toContain('begun');
  late.abort();
  expect(await written).toMatchObject({ kind: 'failed' });
});

test('a reload knows nothing of what the server knows', async () => {
  vi.stubEnv('TIDEGATE_SECRETS', 'hush');
  onTestFinished(() => void vi.unstubAllEnvs());
  const seen = join(folder, 'seen');
  const reload = script(`require('fs').writeFileSync(${JSON.stringify(seen)}, Object.keys(process.env).join())`);
  await adapterOf({ reload }).write(orderOf(50_000));
  expect(await readFile(seen, 'utf8')).toBe('PATH');
});

test('a file that holds no id of a process is no process, least of all every process', async () => {
  for (const text of ['', '-1', '0', '1', 'nginx']) {
    const pidFile = join(folder, 'nginx.pid');
    await writeFile(pidFile, text);
    expect(await adapterOf({ reload: { pidFile } }).write(orderOf(0))).toMatchObject({ kind: 'failed' });
  }
});

test('a file that cannot be replaced is told, and nothing is left behind', async () => {
  await mkdir(join(folder, 'edge.conf'));
  const outcome = await adapterOf({}).write(orderOf(50_000));
  expect(outcome).toMatchObject({ kind: 'failed', detail: expect.stringContaining('cannot be written') });
  expect(await readdir(folder)).toEqual(['edge.conf']);
});

test('a site that the configuration does not have is never written', async () => {
  const platform = systemPlatform();
  const client = createHttpClient({ platform, allowedHosts: [] });
  for (const site of ['edge', 'constructor']) {
    const adapter = nginxAdapter({ ...settings, site }, { sites: {}, client, platform });
    expect(adapter.flaw).toContain(`no nginx site ${site}`);
    expect(await adapter.write(orderOf(50_000))).toMatchObject({ kind: 'failed' });
  }
});
