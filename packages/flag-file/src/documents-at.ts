import type { Flag, RulesDocuments, Segment } from '@tidegate/evaluation';
import { documentsOf, flagOf, segmentOf } from './documents-of.ts';
import type { FileChange, FlagFile } from './flag-file.ts';

/**
 * The documents as they were at a revision, each of the revision that made it so. Undefined where the file cannot tell:
 * a revision after the one that was pulled, or, without a `history`, before it.
 */
export function documentsAt(file: FlagFile, revision: number): RulesDocuments | undefined {
  const { revision: pulledRevision = 1, history } = file;
  if (history === undefined) return revision === pulledRevision ? documentsOf(file) : undefined;
  if (revision > pulledRevision) return undefined;
  const flags = new Map<string, Flag>();
  const segments = new Map<string, Segment>();
  for (const change of history) {
    if (change.revision <= revision) apply(change, flags, segments);
  }
  return { revision, flags: [...flags.values()], segments: [...segments.values()] };
}

/**
 * The revision in force at an instant, as far as the file's `history` knows: the newest of those that were made at or
 * before it. After the pull nothing newer is known. Undefined before the first change, and without a history.
 */
export function revisionAt({ history = [] }: FlagFile, atMs: number): number | undefined {
  const revisions = history.filter((change) => change.atMs <= atMs).map(({ revision }) => revision);
  return revisions.length === 0 ? undefined : Math.max(...revisions);
}

function apply(change: FileChange, flags: Map<string, Flag>, segments: Map<string, Segment>): void {
  const { kind, key, definition, revision } = change;
  if (definition === null) {
    (kind === 'flag' ? flags : segments).delete(key);
  } else if (kind === 'flag') {
    flags.set(key, flagOf(key, definition, revision));
  } else {
    segments.set(key, segmentOf(key, definition, revision));
  }
}
