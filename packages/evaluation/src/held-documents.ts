import type { Flag, Segment } from './flag.ts';
import { LazyDocument } from './lazy-document.ts';
import { type NamedReferences, readReferences } from './references.ts';

/** What can be known of documents that `readDocuments` gave without reading those that are still text. */

/** The JSON of a document. @throws for one too deep to be written. */
export function textOfDocument(document: unknown): string {
  return (document instanceof LazyDocument ? document.text() : undefined) ?? String(JSON.stringify(document));
}

/** @throws for a broken document. */
export function referencesOf(document: Flag | Segment): NamedReferences {
  return document instanceof LazyDocument ? document.references() : readReferences(document);
}

/** Those of which a rule may serve a rollout, as they are read for this once. What cannot be read serves nothing. */
export function flagsWithRollouts(flags: readonly Flag[]): readonly Flag[] {
  return flags.flatMap((flag) => {
    if (!(flag instanceof LazyDocument)) return [flag];
    if (flag.text()?.includes('rollout') === false) return [];
    try {
      // Whether it is a flag is seen by whoever looks into it.
      return [flag.content() as Flag];
    } catch {
      return [];
    }
  });
}
