import { compile, explain } from '@tidegate/evaluation';
import { type ExplanationView, explainRequestSchema, explanationViewSchema } from '@tidegate/protocol';
import { environmentPath } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { changeViewOf, type DocumentDeps, documentParams } from '../documents/index.ts';
import { documentName, documentsAsked } from './documents-asked.ts';
import { readFlagsAt } from './read-flags-at.ts';
import { revisionOfMoment } from './revision-of-moment.ts';

/**
 * Answers "why did this user get that, and who made it so", now or at any moment: the same rules, evaluated again and
 * told step by step, and the changes that made them what they were.
 */
export function explainRoute({ storage }: DocumentDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${environmentPath}/flags/{key}/explain`,
    summary:
      'Tells step by step what a context gets from a flag and who made it so, now, at a revision or at an instant',
    tag: 'flags',
    access: { kind: 'operator', role: 'reader' },
    params: documentParams('flag'),
    body: explainRequestSchema,
    reply: { status: 200, description: 'every step of the evaluation', schema: explanationViewSchema },
    problems: [],
    async handle({ params: { environment, key: flagKey }, body: { context, ...moment }, nowMs }) {
      const revision = await revisionOfMoment(storage, environment, moment);
      const { flags, segments, changes } = await readFlagsAt(storage, { environment, flagKey, revision });
      if (flags.length === 0) {
        throw problem('not-found', { detail: `${environment} has no flag ${flagKey} at revision ${revision}.` });
      }
      const rules = compile({ revision, flags, segments }, { nowMs: () => moment.atMs ?? nowMs });
      const explanation = explain(rules, flagKey, context);
      const asked = documentsAsked(explanation);
      const body: ExplanationView = {
        ...explanation,
        revision,
        changes: changes.filter((change) => asked.has(documentName(change))).map(changeViewOf),
      };
      return { status: 200, body };
    },
  });
}
