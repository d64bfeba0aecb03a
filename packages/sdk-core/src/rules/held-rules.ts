import { type Context, compile, type Flag, type Rules, recompile, type Segment } from '@tidegate/evaluation';
import type { Delta, Snapshot } from '@tidegate/protocol/types';
import { affectedFlags, changedKeys } from './affected-flags.ts';
import { unitPathsOf } from './unit-paths.ts';

/** Everything that a client answers from, at one revision. Never written to: a change makes another one. */
export interface HeldRules {
  readonly environment: string;
  readonly revision: number;
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  /** The attribute paths of what rollouts measure, `targetingKey` first. */
  readonly unitPaths: readonly string[];
  readonly rules: Rules;
  /** Whom a browser's values were evaluated for; undefined for a server's rules, which answer for anyone. */
  readonly context: Context | undefined;
}

export function holdSnapshot(snapshot: Snapshot, context: Context | undefined): HeldRules {
  const { environment, revision, flags, segments } = snapshot;
  return hold({
    environment,
    revision,
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
    rules: compile({ revision, flags, segments }),
    context,
  });
}

/** The caller has seen to it that the delta starts from the revision held. */
export function applyDelta(held: HeldRules, delta: Delta): HeldRules {
  const flags = new Map(held.flags);
  const segments = new Map(held.segments);
  for (const change of delta.changes) {
    if (change.kind === 'flag') put(flags, change.key, change.document);
    else put(segments, change.key, change.document);
  }
  const rules = recompile(held.rules, delta.changes, delta.revision);
  const { environment, context } = held;
  return hold({ environment, revision: delta.revision, flags, segments, rules, context });
}

/** The flags that may answer otherwise now: changed themselves, or leaning on something that did. */
export function flagsChangedBetween(before: HeldRules, after: HeldRules): string[] {
  return affectedFlags(after, {
    flags: changedKeys(before.flags, after.flags),
    segments: changedKeys(before.segments, after.segments),
  });
}

function hold(rules: Omit<HeldRules, 'unitPaths'>): HeldRules {
  return { ...rules, unitPaths: unitPathsOf(rules.flags.values()) };
}

function put<T>(documents: Map<string, T>, key: string, document: T | null): void {
  if (document === null) documents.delete(key);
  else documents.set(key, document);
}
