import type { DecisionExplanation } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { printable } from './text.ts';

/** One decision, decided again: whether the two are the same, and if not, where they differ. */
export function formatRecomputation(explanation: DecisionExplanation, paint: Paint): string[] {
  const { sequence, decision, recomputed, agrees, storedRulesVersion, rulesVersion } = explanation;
  const rules =
    storedRulesVersion === rulesVersion
      ? `by version ${rulesVersion} of the rules, as then`
      : `by version ${rulesVersion} of the rules; then it was ${storedRulesVersion}, and the two may differ`;
  return [
    `#${sequence}  ${decision.kind}: ${printable(decision.reason)}`,
    agrees
      ? paint.green(`Decided again from its stored input, ${rules}: the same, bit for bit.`)
      : paint.red(`Decided again from its stored input, ${rules}: ${differencesOf(explanation)}.`),
    ...(agrees ? [] : [`now  ${recomputed.kind}: ${printable(recomputed.reason)}`]),
  ];
}

function differencesOf({ differsIn, assessmentDiffersIn }: DecisionExplanation): string {
  const decision = differsIn.length === 0 ? 'the decision is the same' : `it differs in ${differsIn.join(', ')}`;
  if (assessmentDiffersIn.length === 0) return decision;
  return `${decision}; assessed again, the evidence differs in ${assessmentDiffersIn.join(', ')}`;
}
