import { compile, explain } from '@tidegate/evaluation';
import { explainRequestSchema, explanationSchema } from '@tidegate/protocol';
import { environmentPath } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { type DocumentDeps, documentParams } from '../documents/index.ts';
import { readFlagsAt } from './read-flags-at.ts';

/** Answers "why did this user get that", now or at any revision: the same rules, evaluated again and told step by step. */
export function explainRoute({ storage }: DocumentDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${environmentPath}/flags/{key}/explain`,
    summary: 'Tells step by step what a context gets from a flag, now or at a revision',
    tag: 'flags',
    access: { kind: 'operator', role: 'reader' },
    params: documentParams('flag'),
    body: explainRequestSchema,
    reply: { status: 200, description: 'every step of the evaluation', schema: explanationSchema },
    problems: [],
    async handle({ params: { environment, key: flagKey }, body: { context, revision: asked } }) {
      const revision = asked ?? (await storage.currentRevision(environment));
      const { flags, segments } = await readFlagsAt(storage, { environment, flagKey, revision });
      if (flags.length === 0) {
        throw problem('not-found', { detail: `${environment} has no flag ${flagKey} at revision ${revision}.` });
      }
      return { status: 200, body: explain(compile({ revision, flags, segments }), flagKey, context) };
    },
  });
}
