import { dependencyName, type Entry, type FlagEntry, flagEntry, type SegmentEntry, segmentEntry } from './entry.ts';
import type { Flag, Segment } from './flag.ts';
import type { Language } from './language.ts';

/**
 * Everything that evaluation knows of one environment at one revision. Immutable from outside: `recompile` makes other
 * Rules, which share every flag and segment that the changes cannot reach, and the old ones go on answering as before.
 */
export class Rules {
  readonly revision: number;
  readonly flags: ReadonlyMap<string, FlagEntry>;
  readonly segments: ReadonlyMap<string, SegmentEntry>;
  readonly language: Language;
  readonly nowMs: (() => number) | undefined;

  constructor({ revision, flags, segments, language, nowMs }: Rules) {
    this.revision = revision;
    this.flags = flags;
    this.segments = segments;
    this.language = language;
    this.nowMs = nowMs;
  }
}

/** What Rules need besides documents. */
export interface Means {
  readonly language: Language;
  /** What `$now` reads, in epoch milliseconds; absent, it is a missing attribute. */
  readonly nowMs?: (() => number) | undefined;
}

/** All flags and segments at one revision. */
export interface RulesDocuments {
  readonly revision: number;
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
}

/** A flag or segment as it is now; `document: null` means that it is gone. */
export type RulesChange =
  | { readonly kind: 'flag'; readonly key: string; readonly document: Flag | null }
  | { readonly kind: 'segment'; readonly key: string; readonly document: Segment | null };

/**
 * Never throws, whatever the documents are: a malformed flag answers PARSE_ERROR, a document without a key cannot be
 * asked for, and of two with one key the later counts.
 */
export function compileWith({ language, nowMs }: Means, { revision, flags, segments }: RulesDocuments): Rules {
  return new Rules({
    revision,
    flags: entriesOf(flags, (document) => flagEntry(document, language)),
    segments: entriesOf(segments, (document) => segmentEntry(document, language)),
    language,
    nowMs,
  });
}

/** The Rules after some changes; the same as compiling all documents anew. */
export function recompile(rules: Rules, changes: readonly RulesChange[], revision: number): Rules {
  const { language, nowMs } = rules;
  const touched = new Set(changes.map(({ kind, key }) => dependencyName(kind, key)));
  const flags = carryOver(rules.flags, touched);
  const segments = carryOver(rules.segments, touched);
  for (const change of changes) {
    if (change.kind === 'flag') put(flags, change, (document) => flagEntry(document, language));
    else put(segments, change, (document) => segmentEntry(document, language));
  }
  return new Rules({ revision, flags, segments, language, nowMs });
}

export function flagKeys(rules: Rules): string[] {
  return [...rules.flags.keys()];
}

function entriesOf<E>(documents: readonly unknown[], entryOf: (document: unknown) => E): Map<string, E> {
  const entries = new Map<string, E>();
  if (!Array.isArray(documents)) return entries;
  for (const document of documents) {
    const key = keyOf(document);
    if (key !== undefined) entries.set(key, entryOf(document));
  }
  return entries;
}

function keyOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, 'key')) return undefined;
  // It has the property; what it holds is tested.
  const { key } = document as { readonly key: unknown };
  return typeof key === 'string' ? key : undefined;
}

/**
 * An entry that is linked to nothing touched is shared. So is none that is not linked yet: it would be linked with
 * whichever Rules ask first, which may be the old ones.
 */
function carryOver<D, R>(
  entries: ReadonlyMap<string, Entry<D, R>>,
  touched: ReadonlySet<string>,
): Map<string, Entry<D, R>> {
  const carried = new Map<string, Entry<D, R>>();
  for (const [key, entry] of entries) {
    const isShared = entry.linked !== undefined && areDisjoint(touched, entry.linked.dependsOn);
    carried.set(key, isShared ? entry : entry.unlinked());
  }
  return carried;
}

function areDisjoint(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  if (right.size === 0) return true;
  for (const name of left) if (right.has(name)) return false;
  return true;
}

function put<D, E>(
  entries: Map<string, E>,
  { key, document }: { readonly key: string; readonly document: D | null },
  entryOf: (document: D) => E,
): void {
  if (document === null) entries.delete(key);
  else entries.set(key, entryOf(document));
}
