import {
  byKey,
  type Context,
  type Delta,
  type DeltaChange,
  type Evaluator,
  type Flag,
  type MakeEvaluator,
  PROTOCOL_VERSION,
  type Segment,
  type Snapshot,
} from '@tidegate/sdk-core';
import { epochMs } from './platform.ts';

/** What a page answers from, for one context. Never written to: a change makes another one. */
export interface HeldRules extends Snapshot {
  readonly context: Context;
  readonly evaluator: Evaluator;
  /** What each flag answers, as a text: what is served and measured, neither the rule nor the revision. */
  readonly answers: ReadonlyMap<string, string>;
  /** The attribute paths of what rollouts measure of this context. */
  readonly unitPaths: ReadonlySet<string>;
}

/**
 * What comes is read as far as it is needed, and not checked before: our own server said it, or it is a proxy's page.
 *
 * @throws for what is no snapshot of this protocol, or has documents without a shape.
 */
export function holdRules(snapshot: Snapshot, context: Context, makeEvaluator: MakeEvaluator): HeldRules {
  if (snapshot.protocol !== PROTOCOL_VERSION) throw new Error();
  const evaluator = makeEvaluator(snapshot, epochMs);
  const unitPaths = new Set(['targetingKey']);
  const answers = new Map(
    snapshot.flags.map(({ key }) => {
      const { revision: _, ruleId: __, ...answer } = evaluator.evaluate(key, context);
      if (answer.exposure) unitPaths.add(answer.exposure.unit);
      return [key, JSON.stringify(answer)];
    }),
  );
  return { ...snapshot, context, evaluator, answers, unitPaths };
}

/** @throws for what is no delta. */
export function snapshotAfter(held: Snapshot, { revision, changes }: Delta): Snapshot {
  const documents: Readonly<Record<DeltaChange['kind'], Map<string, unknown>>> = {
    flag: byKey(held.flags),
    segment: byKey(held.segments),
  };
  for (const { kind, key, document } of changes) {
    if (document === null) documents[kind].delete(key);
    else if (document.key === key) documents[kind].set(key, document);
    else throw new Error();
  }
  const { flag, segment } = documents;
  // A change of a kind carries a document of that kind.
  return { ...held, revision, flags: [...flag.values()] as Flag[], segments: [...segment.values()] as Segment[] };
}

/** The keys of the flags that answer otherwise. */
export function changedAnswers(before: HeldRules, after: HeldRules): string[] {
  const keys = new Map([...before.answers, ...after.answers]).keys();
  return [...keys].filter((key) => before.answers.get(key) !== after.answers.get(key));
}
