import { findFlagFlaw, flagsOf } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import { type ProblemError, problem } from '../../http/problem.ts';
import type { DocumentId, RolloutRow, Storage } from '../../storage/storage.ts';
import { type Candidate, readCurrentFlags, readSegmentKeys, unevaluable } from '../documents/index.ts';
import { checkCondition, checkSegmentKnown } from '../segments/index.ts';
import { checkIds } from './check-ids.ts';
import { checkLayer } from './check-layer.ts';
import { checkDependents, checkPrerequisites, dependentsOf } from './check-prerequisites.ts';
import { checkRollouts } from './check-rollouts.ts';
import { checkSplits } from './check-splits.ts';
import { checkValueSchema } from './check-value-schema.ts';
import { checkMentions, checkVariationValues } from './check-variations.ts';
import { servesOf } from './serve-of.ts';

/** The problems that `checkFlag` throws. */
export const FLAG_PROBLEMS = [
  'duplicate-id',
  'variation-type',
  'unknown-variation',
  'split-sum',
  'unknown-segment',
  'invalid-condition-value',
  'unknown-prerequisite',
  'cyclic-prerequisite',
  'layer-overlap',
  'invalid-value-schema',
  'value-mismatch',
  'unevaluable',
  'still-used',
  'rule-owned-by-rollout',
] as const;

/** What the schema cannot say of a flag: that it fits itself, its environment, and the rollouts that are under way. */
export async function checkFlag({ storage, id, next, current, origin }: Candidate<FlagDocument>): Promise<void> {
  refuse(checkIds(next) ?? checkVariationValues(next) ?? checkMentions(next));
  refuse(checkValueSchema(next, current));
  const segmentKeys = await readSegmentKeys(storage, id.environment);
  refuse(checkSegments(next, segmentKeys) ?? checkServes(next, segmentKeys));
  if (concernsOthers(next, current)) {
    const flags = await readCurrentFlags(storage, id.environment);
    refuse(checkPrerequisites(next, flags) ?? checkDependents(next, flags) ?? checkLayer(next, flags));
  }
  // Last, because it has one code for everything: what is left are the parts that are in other vendors' words.
  const flaw = findFlagFlaw({ ...next, revision: 0 });
  if (flaw !== undefined) throw unevaluable(flaw);
  const rollouts = await listActiveRollouts(storage, id);
  const owners = rollouts.map(({ id: rolloutId, rule, plan }) => ({
    rolloutId,
    rule,
    variations: [plan.treatment, plan.control],
  }));
  refuse(checkRollouts({ next, current, owners, origin }));
}

/**
 * Whether what other flags are can be against it: it asks some, divides units with them, or may lack a variation that
 * they ask of it. Of most changes none is so, and then nobody reads thousands of flags. A new flag is asked by none,
 * because only what is there can be asked, and what is asked cannot be archived.
 */
function concernsOthers(next: FlagDocument, current: FlagDocument | undefined): boolean {
  if (next.layer !== undefined || flagsOf(next).length > 0) return true;
  const kept = new Set(next.variations.map(({ key }) => key));
  return current?.variations.some(({ key }) => !kept.has(key)) ?? false;
}

function checkSegments({ holdout, rules }: FlagDocument, segmentKeys: ReadonlySet<string>): ProblemError | undefined {
  const unknown = holdout === undefined ? undefined : checkSegmentKnown(holdout, ['holdout'], segmentKeys);
  if (unknown !== undefined) return unknown;
  for (const [index, { condition }] of rules.entries()) {
    const flaw = checkCondition(condition, ['rules', index, 'condition'], segmentKeys);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** What rules serve: shares of everybody, and caps for whom there are. Whoever writes a flag's serve by another way asks too. */
export function checkServes(document: FlagDocument, segmentKeys: ReadonlySet<string>): ProblemError | undefined {
  return checkSplits(document) ?? checkCaps(document, segmentKeys);
}

function checkCaps(document: FlagDocument, segmentKeys: ReadonlySet<string>): ProblemError | undefined {
  const caps = servesOf(document).flatMap(({ serve, path }) =>
    serve.kind === 'split' ? (serve.caps ?? []).map((cap, index) => ({ ...cap, path: [...path, 'caps', index] })) : [],
  );
  for (const { condition, path } of caps) {
    const flaw = checkCondition(condition, [...path, 'condition'], segmentKeys);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** Throws `still-used` while other flags wait for it, `rule-owned-by-rollout` while a rollout is under way. */
export async function checkFlagUnused({ storage, id }: { storage: Storage; id: DocumentId }): Promise<void> {
  const flags = await readCurrentFlags(storage, id.environment);
  const dependents = dependentsOf(id.key, flags);
  if (dependents.length > 0) {
    throw problem('still-used', {
      detail: `Flag ${id.key} is asked by ${dependents.join(', ')}: take it out there first.`,
    });
  }
  const [rollout] = await listActiveRollouts(storage, id);
  if (rollout === undefined) return;
  throw problem('rule-owned-by-rollout', {
    detail: `The active rollout ${rollout.id} owns ${rollout.rule} of flag ${id.key}: abort it first.`,
  });
}

/** A flag has one rollout per rule at most, so one page holds them all. */
const ROLLOUTS_MAX = 1_000;

function listActiveRollouts(storage: Storage, id: DocumentId): Promise<readonly RolloutRow[]> {
  return storage.listRollouts(id.environment, { active: true, flagKey: id.key, limit: ROLLOUTS_MAX });
}

function refuse(flaw: ProblemError | undefined): void {
  if (flaw !== undefined) throw flaw;
}
