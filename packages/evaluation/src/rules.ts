import { type Entry, type FlagEntry, Malformed, newEntry, type SegmentEntry } from './entry.ts';
import type { Flag, Segment } from './flag.ts';
import type { Means } from './language.ts';
import { type Workshop, workshopOf } from './scope.ts';

/**
 * Everything that evaluation knows of one environment at one revision. Immutable from outside: `recompile` makes other
 * Rules, which share every flag and segment that the changes cannot reach, and the old ones go on answering as before.
 */
export class Rules {
  readonly revision: number;
  readonly flags: ReadonlyMap<string, FlagEntry>;
  readonly segments: ReadonlyMap<string, SegmentEntry>;
  /** The same for all that are recompiled from one another, and so for the plans that they share. */
  readonly workshop: Workshop;

  constructor({ revision, flags, segments, workshop }: Rules) {
    this.revision = revision;
    this.flags = flags;
    this.segments = segments;
    this.workshop = workshop;
  }
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
export function compileWith(means: Means, { revision, flags, segments }: RulesDocuments): Rules {
  return new Rules({ revision, flags: entriesOf(flags), segments: entriesOf(segments), workshop: workshopOf(means) });
}

/** The Rules after some changes; the same as compiling all documents anew. */
export function recompile(rules: Rules, changes: readonly RulesChange[], revision: number): Rules {
  const flags = carryOver(rules.flags);
  const segments = carryOver(rules.segments);
  for (const change of changes) {
    if (change.kind === 'flag') put(flags, change);
    else put(segments, change);
  }
  return new Rules({ revision, flags, segments, workshop: rules.workshop });
}

export function flagKeys(rules: Rules): string[] {
  return [...rules.flags.keys()];
}

function entriesOf<Plan, Fixed>(documents: readonly unknown[]): Map<string, Entry<Plan, Fixed>> {
  const entries = new Map<string, Entry<Plan, Fixed>>();
  if (!Array.isArray(documents)) return entries;
  for (const document of documents) {
    const key = keyOf(document);
    if (key !== undefined) entries.set(key, newEntry(document));
  }
  return entries;
}

function keyOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, 'key')) return undefined;
  // It has the property; what it holds is tested.
  const { key } = document as { readonly key: unknown };
  return typeof key === 'string' ? key : undefined;
}

/** What refers to other documents, or may, is linked anew with what stands there now; plans are shared. */
function carryOver<Plan extends { readonly references: unknown }, Fixed>(
  entries: ReadonlyMap<string, Entry<Plan, Fixed>>,
): Map<string, Entry<Plan, Fixed>> {
  const carried = new Map(entries);
  for (const [key, { document, checked }] of entries) {
    const isAlone = checked !== undefined && (checked instanceof Malformed || checked.references === undefined);
    if (!isAlone) carried.set(key, newEntry(document, checked));
  }
  return carried;
}

function put<Plan, Fixed>(
  entries: Map<string, Entry<Plan, Fixed>>,
  { key, document }: { readonly key: string; readonly document: unknown },
): void {
  if (document === null) entries.delete(key);
  else entries.set(key, newEntry(document));
}
