import type { Sending, SendingFailure } from '@tidegate/protocol';
import { type FailureCause, type OutboundAnswer, redactMessage, retryAfterOf } from '../../../http-client/index.ts';
import type { Message, Sender, SenderDeps } from './sender.ts';

/** What a notice becomes for somebody's HTTP API. */
export interface NoticeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How one kind of receiver is told over HTTP. */
export interface HttpManner {
  /** What must not be shown. */
  readonly hidden: readonly string[];
  readonly timeoutMs: number;
  requestOf(message: Message): NoticeRequest;
  /** Of an answer of success: why it is none all the same. */
  findDoubt?(text: string): string | undefined;
}

/** A sender that tells by one POST, and reads from the status what came of it. */
export function httpSender(manner: HttpManner, { client, platform }: SenderDeps): Sender {
  const { hidden, timeoutMs } = manner;
  return {
    flaw: undefined,
    async send(message, signal) {
      const request = manner.requestOf(message);
      const answer = await client.send({ method: 'POST', ...request, timeoutMs, secrets: hidden, signal });
      return readAnswer(answer, { manner, nowMs: platform.nowMs() });
    },
  };
}

/** What somebody has to mend before anything can be sent, and what passes by itself. */
export const CLASS_OF_CAUSE: Readonly<Record<FailureCause, SendingFailure['class']>> = {
  'refused-address': 'misconfigured',
  redirected: 'misconfigured',
  certificate: 'misconfigured',
  timeout: 'timeout',
  cancelled: 'unavailable',
  unreachable: 'unavailable',
  'too-large': 'malformed',
};

/** The address or the credential is wrong, for every notice alike. */
const MISCONFIGURED: readonly number[] = [401, 403, 404, 405, 407, 410];
const TIMED_OUT: readonly number[] = [408, 504];

function readAnswer(answer: OutboundAnswer, { manner, nowMs }: { manner: HttpManner; nowMs: number }): Sending {
  if (answer.kind === 'failed') {
    return { kind: 'failed', class: CLASS_OF_CAUSE[answer.cause], detail: answer.message };
  }
  const { status, text, headers } = answer;
  const detail = redactMessage(`${status} ${text}`.trim(), manner.hidden);
  if (status >= 200 && status < 300) {
    const doubt = manner.findDoubt?.(text);
    return doubt === undefined
      ? { kind: 'sent', detail }
      : { kind: 'failed', class: 'malformed', detail: `${doubt} Came ${detail}` };
  }
  const retryAfterMs = retryAfterOf(headers, nowMs);
  return {
    kind: 'failed',
    class: classOfStatus(status),
    detail,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function classOfStatus(status: number): SendingFailure['class'] {
  if (status === 429) return 'rate_limited';
  if (TIMED_OUT.includes(status)) return 'timeout';
  if (status >= 500 || status === 425) return 'unavailable';
  return MISCONFIGURED.includes(status) ? 'misconfigured' : 'rejected';
}
