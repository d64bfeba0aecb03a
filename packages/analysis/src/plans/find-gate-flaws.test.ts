import { expect, test } from 'vitest';
import { plan } from '../rollout/decision.fixture.ts';
import type { Gate } from '../rollout/plan.ts';
import { findGateFlaws } from './find-gate-flaws.ts';

const deadline = { afterMs: 1_000, then: 'abort' } as const;
const asked = { url: 'https://gate.example', secret: 'gate', everyMs: 30_000, timeoutMs: 10_000, deadline };
const gate = (name: string, overrides: Partial<Gate> = {}): Gate => ({ name, before: 'start', ...asked, ...overrides });
const place = {
  findGateFlaw: ({ secret }: Gate) => (secret === 'missing' ? 'TIDEGATE_SECRETS has no missing.' : undefined),
};

test('two gates of one name could not be told apart', () => {
  const flaws = findGateFlaws({ ...plan, gates: [gate('one'), gate('two'), gate('one')] }, place);
  expect(flaws).toMatchObject([{ code: 'invalid-plan', path: ['gates', 2, 'name'] }]);
});

test('a gate that could not be asked from here is refused before anybody waits for it', () => {
  const flaws = findGateFlaws({ ...plan, gates: [gate('one', { secret: 'missing' })] }, place);
  expect(flaws).toMatchObject([{ path: ['gates', 0, 'secret'], detail: 'TIDEGATE_SECRETS has no missing.' }]);
});

test('gates that can be asked have no flaw, and no gates have none either', () => {
  expect(findGateFlaws({ ...plan, gates: [gate('one'), gate('two')] }, place)).toEqual([]);
  expect(findGateFlaws(plan, place)).toEqual([]);
});
