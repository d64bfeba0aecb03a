import {
  type Context,
  evaluate,
  type Flag,
  flagsOf,
  type Rules,
  type Segment,
  segmentsOf,
  segmentsOfSegment,
  valueFlag,
} from '@tidegate/evaluation';
import type { DeltaChange } from '@tidegate/protocol';

/**
 * What a browser may hold. A flag is `off` (never sent, nor its name), `value` (sent as what the server evaluated for
 * the context: one constant rule, no condition, no other variation), or `rules` (sent whole, with the segments it
 * reads). A `rules` flag that leans on a flag which may not be sent is sent as a value instead: nothing leaks through a
 * dependency.
 */
export interface BrowserShare {
  /** Keys of all flags that are sent in some form. */
  readonly flags: ReadonlySet<string>;
  /** Keys of those that are sent whole. */
  readonly whole: ReadonlySet<string>;
  /** What these read, directly or through another segment. */
  readonly segments: ReadonlyMap<string, Segment>;
}

export interface Documents {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
}

/** The documents as compiled: what `value` flags are evaluated with. */
export interface CompiledDocuments extends Documents {
  readonly rules: Rules;
}

/** The same for every browser of an environment; what differs between them is only what `value` flags evaluate to. */
export function browserShare({ flags, segments }: Documents): BrowserShare {
  const shared = [...flags.values()].filter((flag) => flag.clientSide !== 'off');
  const travelsWhole = wholeFlags(flags);
  const whole = shared.filter((flag) => travelsWhole(flag));
  return {
    flags: new Set(shared.map((flag) => flag.key)),
    whole: new Set(whole.map((flag) => flag.key)),
    segments: segmentsReadBy(whole, segments),
  };
}

/** All flags, as one browser receives them. */
export function browserFlags(documents: CompiledDocuments, share: BrowserShare, context: Context): Flag[] {
  return [...share.flags].flatMap((key) => browserFlag(documents, share, { key, context }) ?? []);
}

/** What a change of the log means to browsers: the part that is the same for all of them. */
export interface BrowserChange {
  /** The flags that may answer otherwise now, of those that browsers hold or held. */
  readonly flagKeys: readonly string[];
  readonly segments: readonly DeltaChange[];
  readonly share: BrowserShare;
}

export function browserChange(
  documents: Documents,
  changes: readonly DeltaChange[],
  shares: { readonly before: BrowserShare; readonly after: BrowserShare },
): BrowserChange {
  const { before, after } = shares;
  const flagKeys = [...affectedFlags(documents, changes)].filter(
    (key) => before.flags.has(key) || after.flags.has(key),
  );
  const changed = new Set(changes.filter((change) => change.kind === 'segment').map((change) => change.key));
  const sent = [...after.segments.values()].filter(({ key }) => changed.has(key) || !before.segments.has(key));
  const gone = [...before.segments.keys()].filter((key) => !after.segments.has(key));
  return {
    flagKeys,
    segments: [
      ...sent.map((document): DeltaChange => ({ kind: 'segment', key: document.key, document })),
      ...gone.map((key): DeltaChange => ({ kind: 'segment', key, document: null })),
    ],
    share: after,
  };
}

/** The same change, as one browser receives it. */
export function browserChanges(documents: CompiledDocuments, change: BrowserChange, context: Context): DeltaChange[] {
  const flags = change.flagKeys.map(
    (key): DeltaChange => ({
      kind: 'flag',
      key,
      document: browserFlag(documents, change.share, { key, context }) ?? null,
    }),
  );
  return [...change.segments, ...flags];
}

/** Flags that changed, and flags that lean on a changed flag or segment, however far away. */
function affectedFlags(documents: Documents, changes: readonly DeltaChange[]): Set<string> {
  const segments = new Set(changes.filter((change) => change.kind === 'segment').map((change) => change.key));
  growUntilStable(segments, documents.segments, (segment) =>
    segmentsOfSegment(segment).some((key) => segments.has(key)),
  );
  const flags = new Set(changes.filter((change) => change.kind === 'flag').map((change) => change.key));
  growUntilStable(
    flags,
    documents.flags,
    (flag) => flagsOf(flag).some((key) => flags.has(key)) || segmentsOf(flag).some((key) => segments.has(key)),
  );
  return flags;
}

function growUntilStable<T>(keys: Set<string>, all: ReadonlyMap<string, T>, leans: (one: T) => boolean): void {
  for (let before = -1; before !== keys.size; ) {
    before = keys.size;
    for (const [key, one] of all) if (!keys.has(key) && leans(one)) keys.add(key);
  }
}

function browserFlag(
  documents: CompiledDocuments,
  share: BrowserShare,
  { key, context }: { key: string; context: Context },
): Flag | undefined {
  const flag = documents.flags.get(key);
  if (flag === undefined || !share.flags.has(key)) return undefined;
  return share.whole.has(key) ? flag : valueFlag(flag, evaluate(documents.rules, key, context));
}

/** Whether a flag and all that it leans on are for browsers as they are. Each flag is looked at once. */
function wholeFlags(flags: ReadonlyMap<string, Flag>): (flag: Flag) => boolean {
  const known = new Map<string, boolean>();
  const travelsWhole = (flag: Flag): boolean => {
    const answer = known.get(flag.key);
    if (answer !== undefined) return answer;
    // Meeting this flag again below means a circle, and nothing in a circle travels whole.
    known.set(flag.key, false);
    const whole =
      flag.clientSide === 'rules' &&
      flagsOf(flag).every((key) => {
        const other = flags.get(key);
        return other !== undefined && travelsWhole(other);
      });
    known.set(flag.key, whole);
    return whole;
  };
  return travelsWhole;
}

function segmentsReadBy(flags: readonly Flag[], segments: ReadonlyMap<string, Segment>): Map<string, Segment> {
  const read = new Map<string, Segment>();
  const visit = (key: string): void => {
    const segment = segments.get(key);
    if (segment === undefined || read.has(key)) return;
    read.set(key, segment);
    for (const inner of segmentsOfSegment(segment)) visit(inner);
  };
  for (const flag of flags) for (const key of segmentsOf(flag)) visit(key);
  return read;
}
