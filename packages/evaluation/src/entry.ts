import type { Check } from './check.ts';
import type { Context, Evaluation } from './evaluation.ts';
import type { Flag, Segment } from './flag.ts';
import type { Language } from './language.ts';
import type { Match } from './match.ts';

/** A document that was looked at: what it is, or what is wrong with it (a sentence that begins with a path). */
export type Checked<Document> =
  | { readonly kind: 'sound'; readonly document: Document }
  | { readonly kind: 'malformed'; readonly flaw: string };

/** Closures made of a document and of everything that it refers to. */
export interface Linked<Run> {
  readonly run: Run;
  /** The flags and segments (see `dependencyName`) that were looked up on the way, found or not. */
  readonly dependsOn: ReadonlySet<string>;
}

/**
 * One document of some Rules and what has been made of it so far. Both steps wait for the first use, so that start-up
 * costs no more than the parsing of JSON.
 */
export class Entry<Document, Run> {
  linked: Linked<Run> | undefined;
  readonly #document: unknown;
  readonly #findFlaw: Check;
  #checked: Checked<Document> | undefined;

  constructor(document: unknown, findFlaw: Check) {
    this.#document = document;
    this.#findFlaw = findFlaw;
  }

  check(): Checked<Document> {
    this.#checked ??= this.#look();
    return this.#checked;
  }

  #look(): Checked<Document> {
    const flaw = this.#findFlaw(this.#document);
    // No flaw proves the type.
    return flaw === undefined ? { kind: 'sound', document: this.#document as Document } : { kind: 'malformed', flaw };
  }

  /** The same document, to be linked anew because something that it refers to has changed. */
  unlinked(): Entry<Document, Run> {
    const entry = new Entry<Document, Run>(this.#document, this.#findFlaw);
    entry.#checked = this.#checked;
    return entry;
  }
}

export type FlagEntry = Entry<Flag, (context: Context) => Evaluation>;
export type SegmentEntry = Entry<Segment, Match>;

export function flagEntry(document: unknown, language: Language): FlagEntry {
  return new Entry(document, language.findFlagFlaw);
}

export function segmentEntry(document: unknown, language: Language): SegmentEntry {
  return new Entry(document, language.findSegmentFlaw);
}

export function dependencyName(kind: 'flag' | 'segment', key: string): string {
  return `${kind}:${key}`;
}
