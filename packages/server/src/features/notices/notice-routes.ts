import { type NoticeView, noticeStateSchema, noticeViewSchema, pageOf, pageQuerySchema } from '@tidegate/protocol';
import * as z from 'zod';
import { environmentParams, environmentPath, paramsWithin } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { NoticeRow, Storage } from '../../storage/storage.ts';
import type { NoticeDocument } from './compose/addressed-to.ts';

export interface NoticeRouteDeps {
  readonly storage: Storage;
  /** There is something to send in the environment. */
  readonly onResend: (environment: string) => void;
}

const path = `${environmentPath}/notices`;
const noticesQuery = z.strictObject({
  limit: pageQuerySchema.shape.limit,
  after: z.coerce.number().int().min(1).exactOptional().describe('The number of the last notice of the page before.'),
  state: noticeStateSchema.exactOptional(),
  rollout: z.string().min(1).max(64).exactOptional(),
});
const resendParams = paramsWithin('number', z.coerce.number().int().min(1));

export function noticeRoutes(deps: NoticeRouteDeps): Route[] {
  return [listRoute(deps), resendRoute(deps)];
}

function listRoute({ storage }: NoticeRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Lists what was told of rollouts and what waits to be, newest first; `state=given-up` is what nobody took',
    tag: 'notices',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: noticesQuery,
    reply: { status: 200, description: 'a page', schema: pageOf(noticeViewSchema) },
    problems: [],
    async handle({ params: environment, query: { limit, after, state, rollout } }) {
      const rows = await storage.listNotices(environment, {
        limit: limit + 1,
        ...(after === undefined ? {} : { before: after }),
        ...(state === undefined ? {} : { state }),
        ...(rollout === undefined ? {} : { rolloutId: rollout }),
      });
      const body = pageFrom(rows, limit, { itemOf: viewOfNotice, keyOf: ({ number }) => String(number) });
      return { status: 200, body };
    },
  });
}

function resendRoute({ storage, onResend }: NoticeRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${path}/{number}/resend`,
    summary: 'Sends a notice again that was given up, under the same id',
    tag: 'notices',
    access: { kind: 'operator', role: 'editor' },
    params: resendParams,
    reply: { status: 204, description: 'it waits to be sent again' },
    problems: ['not-found'],
    async handle({ params: { environment, number }, nowMs }) {
      const isResent = await storage.resendNotice(environment, number, nowMs);
      if (!isResent) throw problem('not-found', { detail: `No notice ${number} of ${environment} was given up.` });
      onResend(environment);
      return { status: 204 };
    },
  });
}

function viewOfNotice(row: NoticeRow): NoticeView {
  const { number, id, target, state, tries, createdAtMs, dueAtMs, settledAtMs, failure } = row;
  // Only the addressing of notices writes these documents.
  const { notice } = row.document as NoticeDocument;
  return { number, id, target, state, tries, createdAtMs, dueAtMs, settledAtMs, failure, notice };
}
