import type { RolloutAssessment } from '../statistics/assessment.ts';
import { assessRollout } from './assess-rollout.ts';
import { canonicalJson } from './canonical-json.ts';
import { decide } from './decide.ts';
import { type Decision, type DecisionInput, RULES_VERSION } from './decision.ts';

export interface Recomputation {
  /** By which rules it was decided, and by which it was recomputed. Two versions may differ and both be right. */
  readonly storedRulesVersion: number;
  readonly rulesVersion: number;
  readonly recomputed: Decision;
  /** Whether every field of decision and assessment is the same, bit for bit. */
  readonly agrees: boolean;
  /** The decision's fields that are not, decided again from the stored assessment. */
  readonly differsIn: readonly string[];
  /** The assessment's fields that are not, assessed again from the stored evidence. Guards are named by their metric. */
  readonly assessmentDiffersIn: readonly string[];
}

/** The first version of the rules did not write its number down. */
const FIRST_RULES_VERSION = 1;

/**
 * Assesses and decides again from what was stored, and compares each part by itself, so that it is told which of the two
 * is another by now. Which version of the rules decided is told, not compared.
 */
export function recomputeDecision({ decision, input }: { decision: Decision; input: DecisionInput }): Recomputation {
  const recomputed = decide(input);
  const differsIn = differencesOf({ ...decision }, { ...recomputed }).filter((field) => field !== 'rulesVersion');
  const assessmentDiffersIn = differencesOf(fieldsOf(input.assessment), fieldsOf(assessRollout(input)));
  return {
    storedRulesVersion: decision.rulesVersion ?? FIRST_RULES_VERSION,
    rulesVersion: RULES_VERSION,
    recomputed,
    agrees: differsIn.length + assessmentDiffersIn.length === 0,
    differsIn,
    assessmentDiffersIn,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf({ guards, ...whole }: RolloutAssessment): Fields {
  const ofGuards = guards.flatMap(({ metric, ...guard }) =>
    Object.entries(guard).map(([field, value]) => [`${metric}.${field}`, value]),
  );
  return { ...whole, ...Object.fromEntries(ofGuards) };
}

function differencesOf(stored: Fields, again: Fields): readonly string[] {
  return [...new Set([...Object.keys(stored), ...Object.keys(again)])]
    .filter((field) => canonicalJson(stored[field]) !== canonicalJson(again[field]))
    .toSorted();
}
