import type { Socket } from 'node:net';
import type { ChannelOf, Notice, Sending, SendingFailure } from '@tidegate/protocol';
import { type BoundSecret, boundSecret, CERTIFICATE_CODES, redactMessage } from '../../../http-client/index.ts';
import { cut, oneLine } from './cut.ts';
import { CLASS_OF_CAUSE } from './http-sender.ts';
import { flawedSender, type Message, type Sender, type SenderDeps } from './sender.ts';

/** SMTP. The connection is opened by us, held to the same addresses as every other; what is said on it is nodemailer's. */
export function emailSender(settings: ChannelOf<'email'>, deps: SenderDeps): Sender {
  const { login, host, port, timeoutMs } = settings;
  const { value: password, flaw } =
    login === undefined ? NO_PASSWORD : passwordOf(login.password.secret, { host, port }, deps);
  if (flaw !== undefined) return flawedSender(flaw);
  return {
    flaw,
    async send(message, signal) {
      // A server that sends no mail starts without it, by a tenth of its time sooner.
      const { createTransport } = await import('nodemailer');
      const untilMs = deps.platform.nowMs() + timeoutMs;
      const opened = await deps.openSocket({ host, port, timeoutMs, signal });
      if (opened.kind === 'failed') {
        return { kind: 'failed', class: CLASS_OF_CAUSE[opened.cause], detail: opened.message };
      }
      return converse(message, { settings, password, socket: opened.socket, createTransport, untilMs, signal, deps });
    },
  };
}

const NO_PASSWORD: BoundSecret = { value: '' };

/** Bound to the host, or to the host and the port. */
function passwordOf(
  name: string,
  { host, port }: { host: string; port: number },
  { secrets }: SenderDeps,
): BoundSecret {
  const ofPort = boundSecret(secrets, { name, host: `${host}:${port}` });
  return ofPort.flaw === undefined ? ofPort : boundSecret(secrets, { name, host });
}

interface Conversation {
  readonly settings: ChannelOf<'email'>;
  readonly password: string;
  readonly socket: Socket;
  readonly createTransport: typeof import('nodemailer')['createTransport'];
  /** What the connection took is gone: a claim would run out while somebody else's time is waited for twice. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
  readonly deps: SenderDeps;
}

async function converse(
  message: Message,
  { settings, password, socket, createTransport, untilMs, signal, deps }: Conversation,
): Promise<Sending> {
  const { host, port, security, login, timeoutMs } = settings;
  // Waits of its own, for each phase; the whole of them is bounded by ours.
  const waits = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = createTransport({
    connection: socket,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login === undefined ? {} : { auth: { user: login.user, pass: password } }),
    ...waits,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let isTooLate = false;
  const cancel = (): void => void socket.destroy();
  const stopWaiting = deps.platform.after(Math.max(0, untilMs - deps.platform.nowMs()), () => {
    isTooLate = true;
    cancel();
  });
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const { accepted, rejected } = await transport.sendMail(mailOf(message, settings));
    const refused = rejected.length === 0 ? '' : ` ${rejected.length} were refused: ${rejected.join(', ')}.`;
    return { kind: 'sent', detail: `${host} took it for ${accepted.length} of ${settings.to.length}.${refused}` };
  } catch (error) {
    const late = `${host}:${port} did not take it within ${timeoutMs} ms.`;
    return isTooLate
      ? { kind: 'failed', class: 'timeout', detail: late }
      : failureOf(error, [...hiddenOf(login, password)]);
  } finally {
    stopWaiting();
    signal.removeEventListener('abort', cancel);
    transport.close();
    socket.destroy();
  }
}

/** The password, and what SMTP makes of it and the user together. */
function hiddenOf(login: ChannelOf<'email'>['login'], password: string): readonly string[] {
  return login === undefined ? [] : [password, `\u0000${login.user}\u0000${password}`];
}

/** A subject is read in a list. */
const SUBJECT_LENGTH_MAX = 200;

function mailOf({ id, notice }: Message, { from, to }: ChannelOf<'email'>) {
  return {
    from,
    to: [...to],
    subject: cut(oneLine(notice.title), SUBJECT_LENGTH_MAX),
    // Plain text: there is no markup to escape.
    text: linesOf(notice).join('\n'),
    date: new Date(notice.atMs),
    // The same in every try: a reader that gets it twice shows it once.
    messageId: `<${id.replaceAll(/[^A-Za-z0-9.-]/g, '-')}@tidegate>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Tidegate-Rollout': notice.rolloutId },
  };
}

function linesOf(notice: Notice): readonly string[] {
  const { title, detail, environment, flagKey, rule, rolloutId, stage, by, severity, holds, atMs } = notice;
  return [
    oneLine(title),
    '',
    ...(detail === '' ? [] : [detail, '']),
    ...holds.map(({ reason, source, detail: why }) => `  ${reason}${source === '' ? '' : ` (${source})`}: ${why}`),
    ...(holds.length === 0 ? [] : ['']),
    `Severity:    ${severity}`,
    `Environment: ${environment}`,
    `Flag:        ${flagKey}, rule ${rule}`,
    `Rollout:     ${rolloutId}`,
    ...(stage === null ? [] : [`Stage:       ${stage.number} of ${stage.count}, ${stage.treatmentPpm / 10_000} %`]),
    ...(by === null ? [] : [`By:          ${by}`]),
    `At:          ${new Date(atMs).toISOString()}`,
  ];
}

/** What nodemailer tells of a failure. */
interface MailError {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly message?: string;
}

function failureOf(error: unknown, hidden: readonly string[]): SendingFailure {
  // nodemailer rejects with its own errors, which are of this shape.
  const { code = '', originalCode = '', responseCode, message = '' } = error as MailError;
  const detail = redactMessage(message, hidden);
  const fail = (of: SendingFailure['class']): SendingFailure => ({ kind: 'failed', class: of, detail });
  if (CERTIFICATE_CODES.test(code) || CERTIFICATE_CODES.test(originalCode)) return fail('misconfigured');
  if (['EAUTH', 'ENOAUTH', 'ECONFIG', 'ETLS', 'EREQUIRETLS'].includes(code)) return fail('misconfigured');
  if (code === 'ETIMEDOUT') return fail('timeout');
  if (code === 'EPROTOCOL') return fail('malformed');
  // RFC 5321: 4yz may pass by itself, 5yz will not.
  return fail(responseCode !== undefined && responseCode >= 500 ? 'rejected' : 'unavailable');
}
