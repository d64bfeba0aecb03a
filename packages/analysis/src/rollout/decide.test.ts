import { describe, expect, test } from 'vitest';
import type { EvidenceSummary } from '../evidence/summary.ts';
import type { GuardAssessment, RolloutAssessment } from '../statistics/assessment.ts';
import { decide } from './decide.ts';
import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import type { RolloutPlan } from './plan.ts';
import type { ActiveState, Actor, Hold, RolloutState } from './state.ts';
import type { EventKind, StateKind } from './transitions.ts';

const T0 = 1_700_000_000_000;
const ada: Actor = { kind: 'key', id: 'k1', name: 'ada' };

const plan: RolloutPlan = {
  flagKey: 'new-checkout',
  rule: 'fallthrough',
  treatment: 'on',
  control: 'off',
  unit: 'targetingKey',
  stages: [
    { treatmentPpm: 10_000, dwellMs: 60_000, minUnits: 100 },
    { treatmentPpm: 500_000, dwellMs: 60_000, minUnits: 100, safeRatio: 1.5 },
    { treatmentPpm: 1_000_000, dwellMs: 1_000, minUnits: 100 },
  ],
  bakeMs: 120_000,
  alpha: 0.05,
  guards: [{ metric: 'errors', weight: 1 }],
  noDataMs: 300_000,
  confirmMs: 10_000,
};

const guard: GuardAssessment = {
  metric: 'errors',
  verdict: 'safe',
  units: { control: 0, treatment: 0 },
  events: { control: 0, treatment: 0 },
  ratio: null,
  ratioInterval: { low: null, high: null },
  logEvidence: 0,
  logSafety: null,
  weight: 1,
  outlook: '',
};

const healthy: RolloutAssessment = {
  guards: [guard],
  sampleRatio: { verdict: 'running', logEvidence: 0, logThreshold: 6.9, oddsRatio: 1 },
  logEvidence: 0,
  logThreshold: 3,
  verdict: 'safe',
  browserShare: 0,
};

const harmful: RolloutAssessment = {
  ...healthy,
  guards: [{ ...guard, verdict: 'failed', logEvidence: 3.5 }],
  logEvidence: 3.5,
  verdict: 'failed',
};

/** Enough units in both arms of every stage, the last exposure just now. */
const plenty: EvidenceSummary = {
  rolloutId: 'r1',
  epoch: 1,
  guards: [{ metric: 'errors', harm: 'up' }],
  strata: [0, 1, 2].map((stageIndex) => ({
    stageIndex,
    formerControlOf: null,
    treatmentShare: 0.5,
    units: { control: stageIndex === 2 ? 0 : 500, treatment: 500 },
    events: {},
  })),
  crossoverCount: 0,
  unmatchedOutcomeCount: 0,
  waitingOutcomeCount: 0,
  browserUnitCount: 0,
  unitCount: 2_500,
  lastExposureAtMs: T0 + 1_000_000_000,
  newestRecordAtMs: T0 + 1_000_000_000,
};

function at(stageIndex: number, holds: readonly Hold[] = []): ActiveState {
  return { kind: stageIndex === 2 ? 'baking' : 'progressing', stageIndex, stageEnteredAtMs: T0, holds };
}

/** A look two minutes after T0, a second after the last one: nothing holds unless said. */
function look(state: RolloutState, overrides: Partial<DecisionInput> = {}): DecisionInput {
  const nowMs = overrides.nowMs ?? T0 + 120_000;
  return {
    plan,
    state,
    summary: plenty,
    assessment: healthy,
    command: null,
    confirmation: { connectedCount: 3, confirmedCount: 3 },
    nowMs,
    lastLookAtMs: nowMs - 1_000,
    ...overrides,
  };
}

function command(kind: RolloutCommand['kind']): RolloutCommand {
  return { kind, by: ada, reason: 'because' };
}

function aborting(revision: number | null): RolloutState {
  const cause = { kind: 'command', by: ada, reason: 'because' } as const;
  return { kind: 'aborting', fromStageIndex: 1, cause, abortedAtMs: T0, revision };
}

function withStrata(strata: EvidenceSummary['strata']) {
  return { summary: { ...plenty, strata } };
}

function reasonsOf({ state }: Decision): readonly string[] {
  return 'holds' in state ? state.holds.map(({ reason }) => reason) : [];
}

describe('every state meets every event', () => {
  const states: { readonly [S in StateKind]: RolloutState } = {
    scheduled: { kind: 'scheduled', startAtMs: T0 },
    progressing: at(0),
    baking: at(2),
    paused: { kind: 'paused', resume: at(0), pausedAtMs: T0, by: ada },
    aborting: aborting(7),
    succeeded: { kind: 'succeeded', atMs: T0 },
    rolledBack: {
      kind: 'rolledBack',
      fromStageIndex: 1,
      cause: { kind: 'command', by: ada, reason: 'because' },
      atMs: T0,
      revision: 7,
      confirmedCount: 3,
      connectedCount: 3,
    },
    cancelled: { kind: 'cancelled', atMs: T0, by: ada },
  };

  type Row = { readonly [E in EventKind]: string };
  const row = (
    ...[look, harm, pause, resume, promote, abort]: readonly [string, string, string, string, string, string]
  ): Row => ({ look, harm, pause, resume, promote, abort });
  const ended = (kind: StateKind): Row =>
    row(`hold ${kind}`, `hold ${kind}`, `refuse ${kind}`, `refuse ${kind}`, `refuse ${kind}`, `refuse ${kind}`);

  // look, harm, pause, resume, promote, abort: what is decided, and the state after it.
  const expected: { readonly [S in StateKind]: Row } = {
    scheduled: row(
      'start progressing',
      'start progressing',
      'refuse scheduled',
      'refuse scheduled',
      'start progressing',
      'cancel cancelled',
    ),
    progressing: row(
      'advance progressing',
      'kill aborting',
      'pause paused',
      'refuse progressing',
      'advance progressing',
      'kill aborting',
    ),
    baking: row(
      'succeed succeeded',
      'kill aborting',
      'pause paused',
      'refuse baking',
      'succeed succeeded',
      'kill aborting',
    ),
    paused: row(
      'hold paused',
      'kill aborting',
      'refuse paused',
      'resume progressing',
      'refuse paused',
      'kill aborting',
    ),
    aborting: row(
      'confirm rolledBack',
      'confirm rolledBack',
      'refuse aborting',
      'refuse aborting',
      'refuse aborting',
      'refuse aborting',
    ),
    succeeded: ended('succeeded'),
    rolledBack: ended('rolledBack'),
    cancelled: ended('cancelled'),
  };

  const pairs = Object.entries(expected).flatMap(([state, row]) =>
    Object.entries(row).map(([event, outcome]) => ({ state, event, outcome })),
  );

  test.each(pairs)('$state meets $event: $outcome', ({ state, event, outcome }) => {
    // The keys of `expected` are the keys of `states`, and its inner keys are commands, `harm` or `look`.
    const input = look(states[state as StateKind], {
      assessment: event === 'harm' ? harmful : healthy,
      command: event === 'harm' || event === 'look' ? null : command(event as RolloutCommand['kind']),
    });
    const decision = decide(input);
    expect(`${decision.kind} ${decision.state.kind}`).toBe(outcome);
    expect(decision.changed).toBe(decision.state !== input.state);
    if (decision.kind === 'refuse') expect(decision.reason).not.toBe('');
  });
});

describe('the ramp', () => {
  test('starts at its time with the first stage, held by its timer', () => {
    const decision = decide(look({ kind: 'scheduled', startAtMs: T0 + 120_000 }));
    expect(decision).toMatchObject({ kind: 'start', serve: { kind: 'stage', stageIndex: 0 } });
    expect(reasonsOf(decision)).toEqual(['stage-timer']);
    expect(decide(look({ kind: 'scheduled', startAtMs: T0 + 120_001 }))).toMatchObject({
      kind: 'hold',
      changed: false,
    });
  });

  test('rises one stage when nothing holds', () => {
    const decision = decide(look(at(0)));
    expect(decision).toMatchObject({
      kind: 'advance',
      serve: { kind: 'stage', stageIndex: 1 },
      reason: 'Nothing holds. From 1 % to 50 %.',
    });
    expect(decision.state).toMatchObject({ stageIndex: 1, stageEnteredAtMs: T0 + 120_000 });
  });

  test('bakes at the last stage for as long as the plan says, and then serves the treatment for good', () => {
    expect(decide(look(at(1)))).toMatchObject({
      kind: 'bake',
      state: { kind: 'baking', stageIndex: 2 },
      serve: { kind: 'stage', stageIndex: 2 },
    });
    expect(reasonsOf(decide(look(at(2), { nowMs: T0 + 119_999 })))).toEqual(['stage-timer']);
    expect(decide(look(at(2)))).toMatchObject({ kind: 'succeed', serve: { kind: 'treatment' } });
  });

  test('of one stage bakes at once', () => {
    const stages = plan.stages.slice(2);
    const decision = decide(look({ kind: 'scheduled', startAtMs: T0 }, { plan: { ...plan, stages } }));
    expect(decision).toMatchObject({ kind: 'start', state: { kind: 'baking', stageIndex: 0 } });
  });
});

describe('a hold', () => {
  test('of the timer ends by itself', () => {
    const decision = decide(look(at(0), { nowMs: T0 + 59_999 }));
    expect(decision.state).toMatchObject({
      holds: [{ reason: 'stage-timer', untilMs: T0 + 60_000, sinceMs: T0 + 59_999 }],
    });
  });

  test('of the sample looks at this stage alone, and in each arm', () => {
    const [first, second] = plenty.strata;
    if (first === undefined || second === undefined) throw new Error('Two stages are needed.');
    const few = { ...second, units: { control: 99, treatment: 500 } };
    const former = { ...second, formerControlOf: 0, units: { control: 1, treatment: 0 } };
    expect(reasonsOf(decide(look(at(1), withStrata([first, few]))))).toEqual(['min-sample']);
    expect(decide(look(at(1), withStrata([first, few, former]))).kind).toBe('bake');
    expect(reasonsOf(decide(look(at(1), withStrata([first]))))).toEqual(['min-sample']);
  });

  test('of the sample counts everybody treated so far at 100 %, where a small population has no others', () => {
    const few = plenty.strata.map((stratum) => ({ ...stratum, units: { control: 0, treatment: 40 } }));
    expect(decide(look(at(2), withStrata(few))).kind).toBe('succeed');
    expect(reasonsOf(decide(look(at(2), withStrata(few.slice(1)))))).toEqual(['min-sample']);
  });

  test('of evidence waits until every guard is safe, where the stage has a margin', () => {
    const unsure = { ...healthy, guards: [guard, { ...guard, metric: 'slow', verdict: 'running' as const }] };
    expect(decide(look(at(0), { assessment: unsure })).kind).toBe('advance');
    expect(reasonsOf(decide(look(at(1), { assessment: unsure })))).toEqual(['evidence']);
  });

  test('of no data counts from the stage start, and ends with the next exposure', () => {
    const silent = { ...plenty, lastExposureAtMs: T0 - 1 };
    const summary = (lastExposureAtMs: number | null) => ({ ...silent, lastExposureAtMs });
    const nowMs = T0 + 300_000;
    expect(reasonsOf(decide(look(at(0), { nowMs, summary: summary(T0 - 1) })))).toEqual(['no-data']);
    expect(reasonsOf(decide(look(at(0), { nowMs, summary: summary(null) })))).toEqual(['no-data']);
    expect(decide(look(at(0), { nowMs, summary: summary(T0 + 1) })).kind).toBe('advance');
    expect(decide(look(at(0), { nowMs: nowMs - 1, summary: summary(null) })).kind).toBe('advance');
  });

  test('of the sample ratio stays until a person decides', () => {
    const assessment = { ...healthy, sampleRatio: { ...healthy.sampleRatio, verdict: 'failed' as const } };
    expect(reasonsOf(decide(look(at(0), { assessment })))).toEqual(['sample-ratio']);
  });

  test('of the metric is set by many crossovers, or by a guard without evidence', () => {
    const crossed = (crossoverCount: number) => ({ summary: { ...plenty, crossoverCount } });
    expect(decide(look(at(0), crossed(25))).kind).toBe('advance');
    expect(reasonsOf(decide(look(at(0), crossed(26))))).toEqual(['metric-error']);
    const assessment = { ...healthy, guards: [{ ...guard, verdict: 'error' as const }] };
    expect(reasonsOf(decide(look(at(0), { assessment })))).toEqual(['metric-error']);
  });

  test('that was there already is nothing to write, and keeps its beginning when another joins', () => {
    const first = decide(look(at(0), { nowMs: T0 + 1_000 }));
    expect(first.changed).toBe(true);
    const again = decide(look(first.state, { nowMs: T0 + 2_000 }));
    expect(again).toMatchObject({ kind: 'hold', changed: false });
    expect(again.state).toBe(first.state);
    const more = decide(look(first.state, { nowMs: T0 + 3_000, summary: { ...plenty, strata: [] } }));
    expect(more.state).toMatchObject({
      holds: [
        { reason: 'stage-timer', sinceMs: T0 + 1_000 },
        { reason: 'min-sample', sinceMs: T0 + 3_000 },
      ],
    });
  });
});

describe('harm', () => {
  test('kills from a paused rollout too, from the stage that it left', () => {
    const paused: RolloutState = { kind: 'paused', resume: at(1), pausedAtMs: T0, by: ada };
    expect(decide(look(paused, { assessment: harmful }))).toMatchObject({
      kind: 'kill',
      serve: { kind: 'anchor' },
      state: {
        kind: 'aborting',
        fromStageIndex: 1,
        revision: null,
        cause: { kind: 'harm', metric: 'errors', logEvidence: 3.5, logThreshold: 3 },
      },
    });
  });

  test('goes before any command but an abort', () => {
    const resumed = decide(look(at(0), { assessment: harmful, command: command('promote') }));
    expect(resumed.reason).toBe(
      'Harm shown by errors, evidence 3.50 of 3.00 nats. The command to promote came too late. Control is served to everyone.',
    );
    const aborted = decide(look(at(0), { assessment: harmful, command: command('abort') }));
    expect(aborted.state).toMatchObject({ cause: { kind: 'command' } });
  });

  test('is acted on at the first look after downtime', () => {
    expect(decide(look(at(0), { assessment: harmful, lastLookAtMs: null })).kind).toBe('kill');
  });
});

describe('a kill', () => {
  test('is over when every connected SDK has confirmed it, or had its time', () => {
    const confirmation = { connectedCount: 3, confirmedCount: 2 };
    expect(decide(look(aborting(7), { nowMs: T0 + 9_999, confirmation }))).toMatchObject({
      kind: 'hold',
      changed: false,
    });
    expect(decide(look(aborting(7), { nowMs: T0 + 10_000, confirmation }))).toMatchObject({
      kind: 'confirm',
      state: { kind: 'rolledBack', revision: 7, confirmedCount: 2, connectedCount: 3 },
      reason: '2 of 3 connected SDKs confirmed the kill.',
    });
  });

  test('whose change was never written is served again', () => {
    expect(decide(look(aborting(null)))).toMatchObject({ kind: 'kill', serve: { kind: 'anchor' } });
  });
});

describe('a person', () => {
  test('promotes past holds by name', () => {
    const assessment = { ...healthy, sampleRatio: { ...healthy.sampleRatio, verdict: 'failed' as const } };
    const decision = decide(look(at(0), { nowMs: T0 + 1, assessment, command: command('promote') }));
    expect(decision).toMatchObject({ kind: 'advance', state: { stageIndex: 1 } });
    expect(decision.reason).toBe('Promoted by ada, past stage-timer, sample-ratio: because. From 1 % to 50 %.');
  });

  test('pauses, and the time of the pause does not count towards the stage', () => {
    const paused = decide(look(at(0), { nowMs: T0 + 20_000, command: command('pause') })).state;
    const resumed = decide(look(paused, { nowMs: T0 + 1_000_000, command: command('resume') }));
    expect(resumed.state).toMatchObject({ kind: 'progressing', stageEnteredAtMs: T0 + 980_000 });
    expect(decide(look(resumed.state, { nowMs: T0 + 1_039_999 })).kind).toBe('hold');
    expect(decide(look(resumed.state, { nowMs: T0 + 1_040_000 })).kind).toBe('advance');
  });
});

describe('after downtime', () => {
  test.each([
    ['the first look of a controller', null],
    ['a look long after the last one', T0 + 120_000 - 60_001],
  ])('%s starts the time of the stage again', (_, lastLookAtMs) => {
    const decision = decide(look(at(0), { lastLookAtMs }));
    expect(decision).toMatchObject({
      kind: 'hold',
      changed: true,
      state: { stageIndex: 0, stageEnteredAtMs: T0 + 120_000 },
    });
    expect(decide(look(decision.state, { nowMs: T0 + 179_999 })).kind).toBe('hold');
    expect(decide(look(decision.state, { nowMs: T0 + 180_000 })).kind).toBe('advance');
  });
});
