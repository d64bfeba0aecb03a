import type { GateAnswer } from '@tidegate/analysis';
import * as z from 'zod';
import { type OutboundAnswer, redactMessage } from '../../http-client/index.ts';

/** A sentence or two: what is shown beside the hold. */
const DETAIL_LENGTH_MAX = 200;

/** Others may say more; what they say of these two must be these. */
const bodySchema = z.looseObject({ open: z.boolean().optional(), detail: z.string().optional() });

type Said = Pick<GateAnswer, 'answer' | 'detail'>;

/**
 * What an answer means. 2xx is yes, unless its JSON says `{"open": false}`; 4xx is "not yet"; whatever cannot be
 * understood is an error, which is no yes either. A page that somebody else put in front, be it with 200, is one.
 */
export function readGateAnswer(answer: OutboundAnswer, hidden: readonly string[]): Said {
  if (answer.kind === 'failed') return { answer: 'error', detail: `${answer.cause}: ${answer.message}` };
  const body = readBody(answer.headers['content-type'] ?? '', answer.text);
  const { status } = answer;
  const detail = (words: string) => shorten(redactMessage(words, hidden));
  if (status >= 400 && status < 500) {
    const said = body.kind === 'said' && body.detail !== '' ? `: ${body.detail}` : '';
    return { answer: 'closed', detail: detail(`${status}${said}`) };
  }
  if (status < 200 || status >= 300) return { answer: 'error', detail: `malformed: it answered ${status}.` };
  if (body.kind === 'malformed') return { answer: 'error', detail: detail(`malformed: ${body.flaw}`) };
  return { answer: body.isOpen ? 'open' : 'closed', detail: detail(body.detail) };
}

type Body =
  | { readonly kind: 'said'; readonly isOpen: boolean; readonly detail: string }
  | { readonly kind: 'malformed'; readonly flaw: string };

function readBody(contentType: string, text: string): Body {
  const [mediaType = ''] = contentType.toLowerCase().split(';');
  const isJson = /^application\/(.+\+)?json$/.test(mediaType.trim());
  if (text.trim() === '') return { kind: 'said', isOpen: true, detail: '' };
  if (isJson || text.trimStart().startsWith('{')) return readJson(text);
  if (mediaType.trim() === 'text/plain') return { kind: 'said', isOpen: true, detail: text };
  return { kind: 'malformed', flaw: `expected JSON, plain text or nothing; came ${contentType || 'no content type'}.` };
}

function readJson(text: string): Body {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'malformed', flaw: 'the JSON cannot be parsed.' };
  }
  const parsed = bodySchema.safeParse(json);
  if (!parsed.success) return { kind: 'malformed', flaw: 'expected {"open": true or false, "detail": "…"}.' };
  const { open = true, detail = '' } = parsed.data;
  return { kind: 'said', isOpen: open, detail };
}

function shorten(text: string): string {
  return text.length > DETAIL_LENGTH_MAX ? `${text.slice(0, DETAIL_LENGTH_MAX)}…` : text;
}
