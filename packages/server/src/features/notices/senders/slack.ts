import type { ChannelOf, Notice } from '@tidegate/protocol';
import { boundSecret } from '../../../http-client/index.ts';
import { cut, oneLine } from './cut.ts';
import { httpSender } from './http-sender.ts';
import { flawedSender, type Sender, type SenderDeps } from './sender.ts';

/**
 * Slack's incoming webhooks, with Block Kit (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
 * https://docs.slack.dev/reference/block-kit/blocks). They know no idempotency key: what is sent twice is shown twice.
 */
export function slackSender({ url, timeoutMs }: ChannelOf<'slack'>, deps: SenderDeps): Sender {
  const { value, flaw } = webhookAddress(url.secret, deps);
  if (flaw !== undefined) return flawedSender(flaw);
  const manner = {
    // Its last part alone lets anybody write there.
    hidden: [value.href, value.pathname, value.pathname.split('/').at(-1) ?? ''],
    timeoutMs,
    requestOf: ({ notice }: { notice: Notice }) => ({
      url: value,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(slackMessage(notice)),
    }),
    findDoubt: (text: string) => (text.trim() === 'ok' ? undefined : 'Slack says ok when it took a message.'),
  };
  return httpSender(manner, deps);
}

type WebhookAddress =
  | { readonly value: URL; readonly flaw?: undefined }
  | { readonly value?: undefined; readonly flaw: string };

/** The whole address is the secret, so that the host it is bound to must be its own. */
function webhookAddress(name: string, { secrets }: SenderDeps): WebhookAddress {
  const address = secrets.all.get(name)?.value ?? '';
  const host = URL.canParse(address) ? new URL(address).host : '';
  const { value, flaw } = boundSecret(secrets, { name, host });
  if (flaw === undefined) return { value: new URL(value) };
  if (address === '' || host !== '') return { flaw };
  return { flaw: `The secret ${name} is no address: expected that of an incoming webhook.` };
}

/** As Block Kit limits them. */
const HEADER_LENGTH_MAX = 150;
const SECTION_LENGTH_MAX = 3_000;
/** What a phone shows of a message. */
const FALLBACK_LENGTH_MAX = 300;

const MARKS: Readonly<Record<Notice['severity'], string>> = { info: '🌊', warning: '⚠️', critical: '🚨' };

function slackMessage(notice: Notice) {
  const { title, detail, severity, environment, rolloutId, by } = notice;
  const context = [environment, `rollout ${rolloutId}`, ...(by === null ? [] : [`by ${by}`])];
  const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
  return {
    text: cut(oneLine(title), FALLBACK_LENGTH_MAX, escaped),
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: cut(oneLine(`${MARKS[severity]} ${title}`), HEADER_LENGTH_MAX),
          emoji: false,
        },
      },
      ...(detail === '' ? [] : [{ type: 'section', text: mrkdwn(cut(detail, SECTION_LENGTH_MAX, escaped)) }]),
      { type: 'context', elements: context.map((text) => mrkdwn(cut(oneLine(text), FALLBACK_LENGTH_MAX, escaped))) },
    ],
  };
}

/** The three characters that begin or end something in Slack's markup. */
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(character: string): string {
  return ENTITIES[character] ?? character;
}
