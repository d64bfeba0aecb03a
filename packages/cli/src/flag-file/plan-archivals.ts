import { flagsOf, segmentsOf, segmentsOfSegment } from '@tidegate/evaluation';
import type { FlagFile } from '@tidegate/flag-file';
import type { DocumentsAtRevision, FlagView } from '@tidegate/protocol';
import type { DocumentName } from '../api/tidegate-api.ts';
import type { RunningRollout } from './leave-rollouts-alone.ts';
import { byKey, orderByReferences } from './order-by-references.ts';
import type { Remark, Step } from './plan.ts';

/** What is archived, those that name others before them, and what is not although the file does not have it. */
interface Archivals {
  readonly flags: readonly Step[];
  readonly segments: readonly Step[];
  readonly unlisted: readonly DocumentName[];
  readonly leftAlone: readonly Remark[];
}

interface ArchivalInput {
  readonly file: FlagFile;
  readonly documents: DocumentsAtRevision;
  readonly rollouts: readonly RunningRollout[];
}

export const NO_ARCHIVALS: Archivals = { flags: [], segments: [], unlisted: [], leftAlone: [] };

/** What the server has and the file has not. */
export function unlistedIn({ file, documents }: ArchivalInput): readonly DocumentName[] {
  const { flags, segments } = unlistedDocuments(file, documents);
  return [
    ...flags.map(({ key }) => ({ kind: 'flag', key }) as const),
    ...segments.map(({ key }) => ({ kind: 'segment', key }) as const),
  ];
}

/** A flag on which a rollout runs stays, and so does everything that it names. */
export function planArchivals({ file, documents, rollouts }: ArchivalInput): Archivals {
  const unlisted = unlistedDocuments(file, documents);
  const running = new Map(rollouts.map(({ flagKey, id }) => [flagKey, id]));
  const staying = unlisted.flags.filter(({ key }) => running.has(key));
  const needed = reachOf(staying, documents);
  const flags = unlisted.flags.filter(({ key }) => !needed.flags.has(key));
  const segments = unlisted.segments.filter(({ key }) => !needed.segments.has(key));
  const revisions = { flag: byKey(documents.flags), segment: byKey(documents.segments) };
  const archive =
    (kind: DocumentName['kind']) =>
    (key: string): Step => ({ kind, key, action: 'archive', revision: revisions[kind].get(key)?.revision ?? 0 });
  return {
    ...NO_ARCHIVALS,
    flags: orderByReferences(flags, flagsOf).toReversed().map(archive('flag')),
    segments: orderByReferences(segments, segmentsOfSegment).toReversed().map(archive('segment')),
    leftAlone: staying.map(({ key }) => ({
      kind: 'flag',
      key,
      path: [],
      detail: `rollout ${running.get(key)} runs on it: neither it nor what it names is archived`,
    })),
  };
}

function unlistedDocuments({ flags, segments = {} }: FlagFile, documents: DocumentsAtRevision) {
  return {
    flags: documents.flags.filter(({ key }) => !Object.hasOwn(flags, key)),
    segments: documents.segments.filter(({ key }) => !Object.hasOwn(segments, key)),
  };
}

/** The keys of these flags and of all that they lead to. */
function reachOf(start: readonly FlagView[], documents: DocumentsAtRevision) {
  const known = { flags: byKey(documents.flags), segments: byKey(documents.segments) };
  const flags = new Set(start.map(({ key }) => key));
  const segments = new Set<string>();
  // A set goes on to what is added while it is walked.
  for (const key of flags) {
    const flag = known.flags.get(key);
    if (flag === undefined) continue;
    for (const reference of flagsOf(flag)) flags.add(reference);
    for (const reference of segmentsOf(flag)) segments.add(reference);
  }
  for (const key of segments) {
    const segment = known.segments.get(key);
    if (segment === undefined) continue;
    for (const reference of segmentsOfSegment(segment)) segments.add(reference);
  }
  return { flags, segments };
}
