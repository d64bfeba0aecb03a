import { segmentsOf, segmentsOfSegment } from '@tidegate/evaluation';
import type { SegmentDocument } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import { type Candidate, type CurrentDocuments, readCurrentDocuments, walkReferences } from '../documents/index.ts';
import { checkCondition } from './check-condition.ts';

/** Segments inside one another; evaluation follows as many. */
const SEGMENT_DEPTH_MAX = 15;

/** Throws `unknown-segment`, `invalid-condition-value` or `cyclic-segment`. */
export async function checkSegment({ storage, id, next }: Candidate<SegmentDocument>): Promise<void> {
  const { segments } = await readCurrentDocuments(storage, id.environment);
  const after = new Map(segments).set(id.key, next);
  const flaw = checkCondition(next.condition, ['condition'], after);
  if (flaw !== undefined) throw flaw;
  const walk = walkReferences(id.key, (key) => segmentsUnder(after, key));
  if (walk.kind === 'cycle') {
    throw problem('cyclic-segment', { detail: `${walk.path.join(' → ')}: a segment cannot be part of itself.` });
  }
  if (walk.depth > SEGMENT_DEPTH_MAX) {
    throw problem('cyclic-segment', {
      detail: `Segments nest at most ${SEGMENT_DEPTH_MAX} deep; this is ${walk.depth}.`,
    });
  }
}

/** Throws `still-used` when a flag or another segment names it. */
export async function checkSegmentUnused(options: {
  storage: Candidate<SegmentDocument>['storage'];
  id: Candidate<SegmentDocument>['id'];
}): Promise<void> {
  const { environment, key } = options.id;
  const users = usersOf(await readCurrentDocuments(options.storage, environment), key);
  if (users.length === 0) return;
  throw problem('still-used', { detail: `Segment ${key} is used by ${users.join(', ')}: take it out there first.` });
}

function usersOf({ flags, segments }: CurrentDocuments, key: string): string[] {
  const flagKeys = [...flags.values()]
    .filter((flag) => segmentsOf(flag).includes(key))
    .map((flag) => `flag ${flag.key}`);
  const segmentKeys = [...segments.keys()]
    .filter((other) => other !== key && segmentsUnder(segments, other).includes(key))
    .map((other) => `segment ${other}`);
  return [...flagKeys, ...segmentKeys];
}

function segmentsUnder(segments: CurrentDocuments['segments'], key: string): readonly string[] {
  const segment = segments.get(key);
  return segment === undefined ? [] : segmentsOfSegment(segment);
}
