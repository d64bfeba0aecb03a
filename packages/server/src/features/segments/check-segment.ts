import {
  type Condition,
  findSegmentFlaw,
  REFERENCE_DEPTH_MAX,
  REFERENCE_VISITS_MAX,
  segmentsOf,
  segmentsOfSegment,
} from '@tidegate/evaluation';
import type { FlagDocument, SegmentDocument } from '@tidegate/protocol';
import { type ProblemError, problem } from '../../http/problem.ts';
import { readPages } from '../../storage/read-pages.ts';
import type { RolloutRow } from '../../storage/storage.ts';
import {
  type Candidate,
  keysLeadingTo,
  readCurrentFlags,
  readCurrentSegments,
  unevaluable,
  walkReferences,
} from '../documents/index.ts';
import { checkCondition, leavesOf } from './check-condition.ts';

type Segments = ReadonlyMap<string, SegmentDocument>;

/** Throws `unknown-segment`, `invalid-condition-value`, `cyclic-segment` or `unevaluable`. */
export async function checkSegment({ storage, id, next }: Candidate<SegmentDocument>): Promise<void> {
  const segments = await readCurrentSegments(storage, id.environment);
  const after = new Map(segments).set(id.key, next);
  const flaw = checkCondition(next.condition, ['condition'], after);
  if (flaw !== undefined) throw flaw;
  const cycle = checkNesting(id.key, after);
  if (cycle !== undefined) throw cycle;
  const unknown = findSegmentFlaw({ ...next, revision: 0 });
  if (unknown !== undefined) throw unevaluable(unknown);
}

/** No segment is part of itself, and evaluation follows as far as this one, and those that it is part of, now lead. */
function checkNesting(key: string, segments: Segments): ProblemError | undefined {
  const referencesOf = (other: string) => segmentsUnder(segments, other);
  for (const other of [key, ...keysLeadingTo(key, segments.keys(), referencesOf)]) {
    const walk = walkReferences(other, referencesOf);
    if (walk.kind === 'cycle' && other === key) {
      return problem('cyclic-segment', { detail: `${walk.path.join(' → ')}: a segment cannot be part of itself.` });
    }
    // The segment itself is the first that is visited.
    if (walk.kind === 'cycle' || (walk.depth < REFERENCE_DEPTH_MAX && walk.visitCount < REFERENCE_VISITS_MAX)) continue;
    return problem('cyclic-segment', {
      detail:
        `Segment ${other} would nest ${walk.depth} deep and lead to ${walk.visitCount} segments along all paths; ` +
        `it may nest ${REFERENCE_DEPTH_MAX - 1} deep and lead to ${REFERENCE_VISITS_MAX - 1}.`,
    });
  }
  return undefined;
}

/** Throws `still-used` when a flag, another segment or an active rollout names it. */
export async function checkSegmentUnused(options: {
  storage: Candidate<SegmentDocument>['storage'];
  id: Candidate<SegmentDocument>['id'];
}): Promise<void> {
  const { environment, key } = options.id;
  const flags = await readCurrentFlags(options.storage, environment);
  const segments = await readCurrentSegments(options.storage, environment);
  const rollouts = await listRolloutUsers(options.storage, environment, key);
  const users = [...usersOf(key, { flags, segments }), ...rollouts];
  if (users.length === 0) return;
  throw problem('still-used', { detail: `Segment ${key} is used by ${users.join(', ')}: take it out there first.` });
}

function usersOf(
  key: string,
  { flags, segments }: { flags: ReadonlyMap<string, FlagDocument>; segments: Segments },
): string[] {
  const flagKeys = [...flags.values()]
    .filter((flag) => segmentsOf(flag).includes(key))
    .map((flag) => `flag ${flag.key}`);
  const segmentKeys = [...segments.keys()]
    .filter((other) => other !== key && segmentsUnder(segments, other).includes(key))
    .map((other) => `segment ${other}`);
  return [...flagKeys, ...segmentKeys];
}

/** Active rollouts per read. */
const PAGE_LIMIT = 200;

/** What a later stage asks, no flag serves yet: without the segment its cap would hold for nobody. */
async function listRolloutUsers(
  storage: Candidate<SegmentDocument>['storage'],
  environment: string,
  key: string,
): Promise<string[]> {
  const rollouts = await readPages(
    PAGE_LIMIT,
    (page) => storage.listRollouts(environment, { ...page, active: true }),
    ({ id }) => id,
  );
  const asksIt = ({ plan: { stages, caps = [] } }: RolloutRow) =>
    [...stages.map(({ scope }) => scope), ...caps.map(({ condition }) => condition)].some(
      // The plan's schema takes conditions of the flag language only.
      (condition) => condition !== undefined && namesSegment(condition as unknown as Condition, key),
    );
  return rollouts.filter(asksIt).map(({ id, flagKey }) => `rollout ${id} of ${flagKey}`);
}

function namesSegment(condition: Condition, key: string): boolean {
  return leavesOf(condition, []).some(({ leaf }) => 'segment' in leaf && leaf.segment === key);
}

function segmentsUnder(segments: Segments, key: string): readonly string[] {
  const segment = segments.get(key);
  return segment === undefined ? [] : segmentsOfSegment(segment);
}
