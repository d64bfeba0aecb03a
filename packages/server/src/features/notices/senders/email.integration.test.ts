import type { AddressInfo } from 'node:net';
import { channelSettingsSchema } from '@tidegate/protocol';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient, type OpenSocket, socketOpener } from '../../../http-client/index.ts';
import { hang, startStandIn } from '../../../http-client/stand-in-server.fixture.ts';
import { manualPlatform } from '../../../manual-platform.fixture.ts';
import { systemPlatform } from '../../../platform.ts';
import { buildNotice } from '../notice.fixture.ts';
import { makeSender } from './make-sender.ts';

const HUSH = 'hush-9f2c-4411-mail';
const MESSAGE = { id: 'rollout-1/1/7/killed/channel:ops', notice: buildNotice() };

/** A mail server on loopback that takes what the test lets it take. */
async function startMailServer(options: SMTPServerOptions = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onData(stream, _session, taken) {
      let mail = '';
      stream.on('data', (part: Buffer) => {
        mail += part.toString('utf8');
      });
      stream.on('end', () => {
        mails.push(mail);
        taken();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  // A TCP server's address is an object; only a pipe's is a string.
  const { port } = server.server.address() as AddressInfo;
  return { port, mails };
}

function send(port: number, overrides: object = {}, { message = MESSAGE, allowedHosts = ['127.0.0.1'] } = {}) {
  const platform = systemPlatform();
  const options = { platform, allowedHosts };
  const secrets = new Map([
    ['mail', { value: HUSH, host: '127.0.0.1' }],
    ['elsewhere', { value: HUSH, host: 'smtp.example.com' }],
  ]);
  const settings = channelSettingsSchema.parse({
    kind: 'email',
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'tidegate@example.com',
    to: ['ops@example.com', 'team@example.com'],
    timeoutMs: 2_000,
    ...overrides,
  });
  const deps = { client: createHttpClient(options), openSocket: socketOpener(options), secrets, platform };
  return makeSender(settings, 'shop/production', deps).send(message, new AbortController().signal);
}

const login = { user: 'tidegate', password: { secret: 'mail' } };

test('a mail says what happened, in plain text, under the same id in every try', async () => {
  const { port, mails } = await startMailServer({
    onAuth: ({ username, password }, _session, answer) =>
      password === HUSH ? answer(null, { user: username ?? '' }) : answer(new Error('no')),
  });
  const notice = buildNotice({ title: 'killed\r\nBcc: everybody@example.com', detail: '<b>harm</b> was shown' });
  const message = { ...MESSAGE, notice };
  for (let time = 0; time < 2; time += 1) {
    expect(await send(port, { login }, { message })).toMatchObject({
      kind: 'sent',
      detail: expect.stringContaining('2 of 2'),
    });
  }
  const [mail = '', again = ''] = mails;
  expect(mail).toContain('Subject: killed Bcc: everybody@example.com');
  expect(mail).not.toMatch(/^Bcc:/m);
  expect(mail).toContain('To: ops@example.com, team@example.com');
  expect(mail).toContain('Auto-Submitted: auto-generated');
  expect(mail).toMatch(/^Content-Type: text\/plain/m);
  expect(mail).toContain('<b>harm</b> was shown');
  const idOf = (text: string) => /^Message-ID: (.*)$/m.exec(text)?.[1];
  expect(idOf(mail)).toBeDefined();
  expect(idOf(again)).toBe(idOf(mail));
});

test('a mailbox that is refused among others is told of', async () => {
  const { port } = await startMailServer({
    onRcptTo: ({ address }, _session, answer) =>
      answer(address.startsWith('team') ? Object.assign(new Error('unknown'), { responseCode: 550 }) : null),
  });
  const sending = await send(port);
  expect(sending).toMatchObject({ kind: 'sent', detail: expect.stringContaining('team@example.com') });
});

test.each([
  ['is busy', 451, 'unavailable'],
  ['wants no such mail', 554, 'rejected'],
] as const)('a server that %s answers %d, which is %s', async (_, responseCode, expected) => {
  const refuse = Object.assign(new Error(`no, ${HUSH}`), { responseCode });
  const { port } = await startMailServer({
    onAuth: ({ username }, _session, answer) => answer(null, { user: username ?? '' }),
    onMailFrom: (_address, _session, answer) => answer(refuse),
  });
  const sending = await send(port, { login });
  expect(sending).toMatchObject({ kind: 'failed', class: expected });
  expect(JSON.stringify(sending)).not.toContain(HUSH);
});

test('a password that is refused has to be mended, and is not told', async () => {
  const { port, mails } = await startMailServer({
    onAuth: ({ password }, _session, answer) => answer(new Error(`no ${password}`)),
  });
  const sending = await send(port, { login });
  expect(sending).toMatchObject({ kind: 'failed', class: 'misconfigured' });
  expect(JSON.stringify(sending)).not.toContain(HUSH);
  expect(mails).toEqual([]);
});

test('a server that offers no STARTTLS gets nothing in clear', async () => {
  const { port, mails } = await startMailServer();
  expect(await send(port, { security: 'starttls', login })).toMatchObject({ kind: 'failed', class: 'misconfigured' });
  expect(mails).toEqual([]);
});

test.each(['tls', 'starttls'] as const)('a certificate that nobody vouches for is refused (%s)', async (security) => {
  const { port, mails } = await startMailServer({ secure: security === 'tls', disabledCommands: [] });
  expect(await send(port, { security, login })).toMatchObject({ kind: 'failed', class: 'misconfigured' });
  expect(mails).toEqual([]);
});

test('a server that says nothing, or that is none, or is not there', async () => {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  standIn.reply(hang);
  const { port } = new URL(standIn.url);
  expect(await send(Number(port), { timeoutMs: 200 })).toMatchObject({ kind: 'failed', class: 'timeout' });
  await standIn.close();
  expect(await send(Number(port))).toMatchObject({ kind: 'failed', class: 'unavailable' });
});

test('what the connection took is not waited for again: a claim on the notice would run out meanwhile', async () => {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  const { port } = new URL(standIn.url);
  const platform = manualPlatform((error) => {
    throw error;
  });
  const options = { platform, allowedHosts: ['127.0.0.1'] };
  let slowly: ReturnType<OpenSocket> | undefined;
  const openSocket: OpenSocket = (request) => {
    slowly = platform.advance(59_000).then(() => socketOpener(options)(request));
    return slowly;
  };
  const from = 'tidegate@example.com';
  const where = { host: '127.0.0.1', port: Number(port), security: 'none', timeoutMs: 60_000 };
  const settings = channelSettingsSchema.parse({ kind: 'email', ...where, from, to: [from] });
  const deps = { client: createHttpClient(options), openSocket, secrets: new Map(), platform };
  const sending = makeSender(settings, 'shop/production', deps).send(MESSAGE, new AbortController().signal);
  await expect.poll(() => slowly !== undefined).toBe(true);
  expect(await slowly).toMatchObject({ kind: 'opened' });
  await platform.settle();
  await platform.advance(1_000);
  expect(await sending).toMatchObject({ kind: 'failed', class: 'timeout' });
});

test('a private address that is not allowed, and a password for another host: nothing is said', async () => {
  const { port, mails } = await startMailServer();
  for (const allowedHosts of [[], ['127.0.0.1:1']]) {
    expect(await send(port, {}, { allowedHosts })).toMatchObject({ kind: 'failed', class: 'misconfigured' });
  }
  const elsewhere = { user: 'tidegate', password: { secret: 'elsewhere' } };
  expect(await send(port, { login: elsewhere })).toMatchObject({ kind: 'failed', class: 'misconfigured' });
  expect(mails).toEqual([]);
});
