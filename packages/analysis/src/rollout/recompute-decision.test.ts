import { expect, test } from 'vitest';
import { assessRollout } from './assess-rollout.ts';
import { decide } from './decide.ts';
import { at, look } from './decision.fixture.ts';
import { type DecisionInput, RULES_VERSION } from './decision.ts';
import { recomputeDecision } from './recompute-decision.ts';

/** With what its evidence says, as a live look has it. */
const assessed = (input: DecisionInput): DecisionInput => ({ ...input, assessment: assessRollout(input) });

const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

test('a decision that was stored as JSON is recomputed to the bit', () => {
  for (const input of [look(at(0)), look(at(0), { nowMs: T0_ODD }), look(at(1))].map(assessed)) {
    const recomputation = recomputeDecision(stored({ decision: decide(input), input }));
    expect(recomputation).toMatchObject({ agrees: true, differsIn: [], storedRulesVersion: RULES_VERSION });
  }
});

test('a decision that was tampered with names what differs', () => {
  const input = assessed(look(at(0)));
  const decision = { ...decide(input), reason: 'Because I say so.', changed: false };
  expect(recomputeDecision({ decision, input })).toMatchObject({
    agrees: false,
    differsIn: ['changed', 'reason'],
    assessmentDiffersIn: [],
  });
});

test('an assessment that does not follow from its evidence names what differs, beside a decision that follows from it', () => {
  const { assessment, ...input } = assessed(look(at(1)));
  const [guard, ...others] = assessment.guards;
  if (guard === undefined) throw new Error('No guard was assessed.');
  const guards = [{ ...guard, ratio: 7 }, ...others];
  const forged = { ...input, assessment: { ...assessment, guards, logEvidence: assessment.logThreshold } };
  const recomputation = recomputeDecision(stored({ decision: decide(forged), input: forged }));
  expect(recomputation).toMatchObject({ agrees: false, differsIn: [], recomputed: { kind: 'kill' } });
  expect(recomputation.assessmentDiffersIn).toEqual(['errors.ratio', 'logEvidence']);
});

test('a decision from before versions were written down is of the first, and compared all the same', () => {
  const input = assessed(look(at(0)));
  const { rulesVersion: _, ...decision } = decide(input);
  expect(recomputeDecision({ decision, input })).toMatchObject({ storedRulesVersion: 1, agrees: true });
});

const T0_ODD = 1_700_000_000_000.25;
