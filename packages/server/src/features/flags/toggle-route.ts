import { flagViewSchema, toggleSchema } from '@tidegate/protocol';
import { requireMayRaiseExposure } from '../../http/authorize.ts';
import { environmentPath } from '../../http/environment-path.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  type DocumentDeps,
  documentParams,
  flagDocumentOf,
  getForChange,
  saveIfChanged,
  viewOf,
} from '../documents/index.ts';
import { flagTraits } from './flag-traits.ts';

/**
 * Switches a flag. Nothing is checked but the version: what was saved stays as it was, and switching off must work
 * whatever else is wrong, also in the middle of a rollout, which then sees no more exposures and holds.
 */
export function toggleRoute({ storage }: DocumentDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${environmentPath}/flags/{key}/toggle`,
    summary: 'Enables or disables a flag; a killer may disable',
    tag: 'flags',
    access: { kind: 'operator', role: 'killer' },
    params: documentParams('flag'),
    body: toggleSchema,
    ifMatch: 'required',
    reply: { status: 200, description: 'the flag as it is now', schema: flagViewSchema },
    problems: ['archived'],
    async handle({ params: id, body: { enabled, reason }, expectedVersion, principal, nowMs }) {
      if (enabled) requireMayRaiseExposure(principal);
      const row = await getForChange(storage, id, expectedVersion);
      const document = { ...flagDocumentOf(row), enabled };
      const action = enabled ? 'enabled' : 'disabled';
      const saved = await saveIfChanged(storage, { current: row, document, action }, { principal, nowMs, reason });
      return { status: 200, body: viewOf(flagTraits, saved), version: saved.revision };
    },
  });
}
