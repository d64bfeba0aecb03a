import { SEGMENT_KEYS_MAX, segmentMembersSchema, segmentSizeSchema } from '@tidegate/protocol';
import { environmentPath } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import {
  changeInto,
  type DocumentDeps,
  documentParams,
  getCurrent,
  type Preparation,
  saveChecked,
  segmentDocumentOf,
} from '../documents/index.ts';

/**
 * Lets units join and leave a segment without sending its list, which may be of millions. The order of such requests
 * does not matter unless they name the same unit, so none needs the revision that it was made for.
 */
export function membersRoute({ storage }: DocumentDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${environmentPath}/segments/{key}/members`,
    summary: 'Adds units to the listed ones of a segment, and takes some out',
    tag: 'segments',
    access: { kind: 'operator', role: 'editor' },
    params: documentParams('segment'),
    body: segmentMembersSchema,
    reply: { status: 200, description: 'how many units the segment lists now', schema: segmentSizeSchema },
    problems: ['archived'],
    async handle({ params: id, body: { add, remove, reason }, principal, nowMs }) {
      let includedCount = 0;
      const prepare = async (): Promise<Preparation> => {
        const current = await getCurrent(storage, id);
        const segment = segmentDocumentOf(current);
        const included = [...membersAfter(segment.included, { add, remove })];
        includedCount = included.length;
        if (includedCount > SEGMENT_KEYS_MAX) throw full(id.key);
        return changeInto({ current, document: { ...segment, included }, action: 'updated' });
      };
      const { key, revision } = await saveChecked(storage, id.environment, prepare, { principal, nowMs, reason });
      return { status: 200, body: { key, revision, includedCount }, version: revision };
    },
  });
}

function full(key: string) {
  return problem('invalid-request', { detail: `The segment ${key} would list more than ${SEGMENT_KEYS_MAX} units.` });
}

function membersAfter(
  included: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Set<string> {
  const members = new Set(included);
  for (const unitKey of remove) members.delete(unitKey);
  for (const unitKey of add) members.add(unitKey);
  return members;
}
