import { decide } from './decide.ts';
import { type Decision, type DecisionInput, RULES_VERSION } from './decision.ts';

export interface Recomputation {
  /** By which rules it was decided, and by which it was recomputed. Two versions may differ and both be right. */
  readonly storedRulesVersion: number;
  readonly rulesVersion: number;
  readonly recomputed: Decision;
  /** Whether every field of the two is the same, bit for bit. */
  readonly agrees: boolean;
  /** The fields that are not. */
  readonly differsIn: readonly string[];
}

/** The first version of the rules did not write its number down. */
const FIRST_RULES_VERSION = 1;

/** Decides again from what was stored, and compares. Which version of the rules decided is told, not compared. */
export function recomputeDecision({ decision, input }: { decision: Decision; input: DecisionInput }): Recomputation {
  const recomputed = decide(input);
  const [stored, again] = [fieldsOf(decision), fieldsOf(recomputed)];
  const differsIn = [...new Set([...Object.keys(stored), ...Object.keys(again)])]
    .filter((field) => field !== 'rulesVersion' && canonical(stored[field]) !== canonical(again[field]))
    .toSorted();
  return {
    storedRulesVersion: decision.rulesVersion ?? FIRST_RULES_VERSION,
    rulesVersion: RULES_VERSION,
    recomputed,
    agrees: differsIn.length === 0,
    differsIn,
  };
}

function fieldsOf(decision: Decision): Readonly<Record<string, unknown>> {
  return { ...decision };
}

/** JSON with sorted keys: numbers are written so that they come back as the same bits. */
function canonical(value: unknown): string {
  return String(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : member,
    ),
  );
}
