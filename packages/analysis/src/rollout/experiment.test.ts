import { describe, expect, test } from 'vitest';
import type { GuardAssessment } from '../statistics/assessment.ts';
import { decide } from './decide.ts';
import { ada, at, guard, healthy, look, plan, plenty, reasonsOf, T0 } from './decision.fixture.ts';
import type { DecisionInput } from './decision.ts';

const DAY_MS = 86_400_000;
const experiment = {
  metric: 'errors',
  onLose: 'abort' as const,
  deadline: { afterMs: DAY_MS, then: 'abort' as const },
};

/** A stage of half and half that stays until the guard is decided, and what is known of the guard. */
function trying(known: Partial<GuardAssessment>, onLose: 'abort' | 'hold' = 'abort'): Partial<DecisionInput> {
  const stages = plan.stages.map((stage, index) => (index === 1 ? withExperiment(stage, onLose) : stage));
  return {
    plan: { ...plan, stages },
    assessment: { ...healthy, guards: [{ ...guard, verdict: 'running', ...known }] },
  };
}

function withExperiment({ safeRatio: _, ...stage }: (typeof plan.stages)[number], onLose: 'abort' | 'hold') {
  return { ...stage, experiment: { ...experiment, onLose } };
}

const between = { low: 0.9, high: 1.2 };
const less = { low: 0.5, high: 0.9 };

describe('an experiment', () => {
  test('keeps its stage until it is decided, and is won when harm is ruled out or the whole interval is better', () => {
    const undecided = decide(look(at(1), trying({ ratioInterval: between })));
    expect(reasonsOf(undecided)).toEqual(['experiment']);
    expect(undecided.state).toMatchObject({ holds: [{ source: 'errors', releasedBy: 'evidence', outcome: 'abort' }] });
    expect(decide(look(at(1), trying({ ratioInterval: less }))).kind).toBe('bake');
    expect(decide(look(at(1), trying({ verdict: 'safe' }))).kind).toBe('bake');
    expect(reasonsOf(decide(look(at(1), trying({ ratioInterval: { low: null, high: null } }))))).toEqual([
      'experiment',
    ]);
  });

  test('on a metric of which less is harm is won by more of it', () => {
    const summary = { ...plenty, guards: [{ metric: 'errors', harm: 'down' as const }] };
    expect(reasonsOf(decide(look(at(1), { ...trying({ ratioInterval: less }), summary })))).toEqual(['experiment']);
    const more = { low: 1.1, high: null };
    expect(decide(look(at(1), { ...trying({ ratioInterval: more }), summary })).kind).toBe('bake');
  });

  test('that is lost rolls back, or asks a person where the plan says so; a pause does not keep it from that', () => {
    const lost = decide(look(at(1), trying({ verdict: 'failed' })));
    expect(lost).toMatchObject({ kind: 'kill', state: { cause: { kind: 'experiment', metric: 'errors' } } });
    expect(lost.reason).toBe(
      'The experiment on errors is lost: Evidence shows that the treatment is worse. Control is served to everyone.',
    );
    const paused = { kind: 'paused', resume: at(1), pausedAtMs: T0, by: ada } as const;
    expect(decide(look(paused, trying({ verdict: 'failed' }))).kind).toBe('kill');
    const asked = decide(look(at(1), trying({ verdict: 'failed' }, 'hold')));
    expect(asked.state).toMatchObject({
      kind: 'progressing',
      holds: [{ source: 'errors lost', releasedBy: 'operator' }],
    });
  });

  test('of another stage decides nothing here', () => {
    expect(decide(look(at(0), trying({ verdict: 'failed' }))).kind).toBe('advance');
  });

  test('that nothing decides ends at its deadline', () => {
    const undecided = trying({ ratioInterval: between });
    const { state } = decide(look(at(1), undecided));
    const late = decide(look(state, { ...undecided, nowMs: T0 + 120_000 + DAY_MS }));
    expect(late.state).toMatchObject({ kind: 'aborting', cause: { kind: 'deadline', hold: 'experiment' } });
  });
});
