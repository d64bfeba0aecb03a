import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { at, harmful, look } from './decision.fixture.ts';
import { RULES_VERSION } from './decision.ts';
import { recomputeDecision } from './recompute-decision.ts';

const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

test('a decision that was stored as JSON is recomputed to the bit', () => {
  for (const input of [look(at(0)), look(at(0), { nowMs: T0_ODD }), look(at(1), { assessment: harmful })]) {
    const recomputation = recomputeDecision(stored({ decision: decide(input), input }));
    expect(recomputation).toMatchObject({ agrees: true, differsIn: [], storedRulesVersion: RULES_VERSION });
  }
});

test('a decision that was tampered with names what differs', () => {
  const input = look(at(0));
  const decision = { ...decide(input), reason: 'Because I say so.', changed: false };
  expect(recomputeDecision({ decision, input })).toMatchObject({ agrees: false, differsIn: ['changed', 'reason'] });
});

test('a decision from before versions were written down is of the first, and compared all the same', () => {
  const input = look(at(0));
  const { rulesVersion: _, ...decision } = decide(input);
  expect(recomputeDecision({ decision, input })).toMatchObject({ storedRulesVersion: 1, agrees: true });
});

const T0_ODD = 1_700_000_000_000.25;
