import { flagDefinitionOf, segmentDefinitionOf } from './definition-of.ts';
import type { FileChange, FlagFile, WholeFlag, WholeSegment } from './flag-file.ts';

export interface FileContent {
  readonly $schema?: string;
  readonly environment?: string;
  readonly revision?: number;
  readonly flags: readonly WholeFlag[];
  readonly segments: readonly WholeSegment[];
  readonly history?: readonly FileChange[];
}

/** Documents as a file, by key: `documentsOf` takes them back as they were, but for their revisions. */
export function flagFileOf({ flags, segments, history, ...head }: FileContent): FlagFile {
  return {
    ...head,
    flags: byKey(flags, flagDefinitionOf),
    ...(segments.length > 0 && { segments: byKey(segments, segmentDefinitionOf) }),
    ...(history !== undefined && { history }),
  };
}

function byKey<Whole extends { readonly key: string }, Definition>(
  documents: readonly Whole[],
  definitionOf: (document: Whole) => Definition,
): Readonly<Record<string, Definition>> {
  // By code units, which no locale changes.
  const sorted = documents.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  return Object.fromEntries(sorted.map((document) => [document.key, definitionOf(document)]));
}
