import {
  type Context,
  compileWith,
  type Flag,
  type Means,
  type Rules,
  recompile,
  type Segment,
} from '@tidegate/evaluation/core';
import type { Delta, Snapshot } from '@tidegate/protocol/types';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { unitPathsOf } from './unit-paths.ts';

/** Everything that a client answers from, at one revision. Never written to: a change makes another one. */
export interface HeldRules {
  readonly environment: string;
  readonly revision: number;
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly rules: Rules;
  /** Whom a browser's values were evaluated for; undefined for a server's rules, which answer for anyone. */
  readonly context: Context | undefined;
  /** The attribute paths of what rollouts measure, `targetingKey` first. */
  unitPaths(): readonly string[];
}

export function holdSnapshot(snapshot: Snapshot, context: Context | undefined, means: Means): HeldRules {
  const { environment, revision, flags, segments } = snapshot;
  return hold({
    environment,
    revision,
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
    rules: compileWith(means, snapshot),
    context,
  });
}

export function snapshotOf({ environment, revision, flags, segments }: HeldRules): Snapshot {
  return {
    protocol: PROTOCOL_VERSION,
    environment,
    revision,
    flags: [...flags.values()],
    segments: [...segments.values()],
  };
}

/** The caller has seen to it that the delta starts from the revision held. */
export function applyDelta(held: HeldRules, { revision, changes }: Delta): HeldRules {
  const flags = new Map(held.flags);
  const segments = new Map(held.segments);
  for (const change of changes) {
    if (change.kind === 'flag') put(flags, change.key, change.document);
    else put(segments, change.key, change.document);
  }
  return hold({ ...held, revision, flags, segments, rules: recompile(held.rules, changes, revision) });
}

function hold(rules: Omit<HeldRules, 'unitPaths'>): HeldRules {
  let unitPaths: readonly string[] | undefined;
  return {
    ...rules,
    unitPaths() {
      unitPaths ??= unitPathsOf(rules.flags.values());
      return unitPaths;
    },
  };
}

function put<T>(documents: Map<string, T>, key: string, document: T | null): void {
  if (document === null) documents.delete(key);
  else documents.set(key, document);
}
