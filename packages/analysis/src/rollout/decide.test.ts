import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import {
  aborting,
  ada,
  at,
  command,
  guard,
  harmful,
  healthy,
  look,
  plan,
  plenty,
  reasonsOf,
  T0,
  withStrata,
} from './decision.fixture.ts';
import type { RolloutCommand } from './decision.ts';
import type { RolloutState } from './state.ts';
import type { EventKind, StateKind } from './transitions.ts';

describe('every state meets every event', () => {
  const states: { readonly [S in StateKind]: RolloutState } = {
    draft: { kind: 'draft' },
    scheduled: { kind: 'scheduled', startAtMs: T0 },
    progressing: at(0),
    baking: at(2),
    paused: { kind: 'paused', resume: at(0), pausedAtMs: T0, by: ada },
    frozen: { kind: 'frozen', resume: at(0), frozenAtMs: T0, cause: { kind: 'command', by: ada, reason: '' } },
    aborting: aborting(7),
    heldBack: { kind: 'heldBack', sinceMs: T0, untilMs: T0 + 1_000 },
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
    superseded: { kind: 'superseded', fromStageIndex: 1, atMs: T0, by: ada },
  };

  type Row = { readonly [E in EventKind]: string };
  /** What is decided, and the state after it; a state in which nothing can be done refuses, and stays. */
  const refusing = (kind: StateKind): Row => {
    const [stays, refuses] = [`hold ${kind}`, `refuse ${kind}`];
    const unmoved = { look: stays, harm: stays, deadline: stays };
    const going = { start: refuses, pause: refuses, resume: refuses, promote: refuses, jump: refuses };
    const judging = { approve: refuses, reject: refuses, freeze: refuses, unfreeze: refuses };
    return { ...unmoved, ...going, ...judging, abort: refuses, retry: refuses, undo: refuses, supersede: refuses };
  };

  const expected: { readonly [S in StateKind]: Row } = {
    draft: { ...refusing('draft'), start: 'schedule scheduled', abort: 'cancel cancelled' },
    scheduled: {
      ...refusing('scheduled'),
      look: 'start progressing',
      harm: 'start progressing',
      deadline: 'start progressing',
      promote: 'start progressing',
      abort: 'cancel cancelled',
      supersede: 'supersede superseded',
    },
    progressing: {
      ...refusing('progressing'),
      look: 'advance progressing',
      harm: 'kill aborting',
      deadline: 'kill aborting',
      pause: 'pause paused',
      promote: 'advance progressing',
      freeze: 'freeze frozen',
      abort: 'kill aborting',
      supersede: 'supersede superseded',
    },
    baking: {
      ...refusing('baking'),
      look: 'succeed succeeded',
      harm: 'kill aborting',
      deadline: 'kill aborting',
      pause: 'pause paused',
      promote: 'succeed succeeded',
      jump: 'jump progressing',
      freeze: 'freeze frozen',
      abort: 'kill aborting',
      supersede: 'supersede superseded',
    },
    paused: {
      ...refusing('paused'),
      harm: 'kill aborting',
      deadline: 'kill aborting',
      resume: 'resume progressing',
      abort: 'kill aborting',
      supersede: 'supersede superseded',
    },
    frozen: {
      ...refusing('frozen'),
      harm: 'kill aborting',
      deadline: 'kill aborting',
      unfreeze: 'unfreeze progressing',
      abort: 'kill aborting',
      supersede: 'supersede superseded',
    },
    aborting: {
      ...refusing('aborting'),
      look: 'confirm rolledBack',
      harm: 'confirm rolledBack',
      deadline: 'confirm rolledBack',
      supersede: 'supersede superseded',
    },
    heldBack: {
      ...refusing('heldBack'),
      look: 'succeed succeeded',
      harm: 'kill aborting',
      deadline: 'succeed succeeded',
      promote: 'succeed succeeded',
      freeze: 'freeze frozen',
      abort: 'kill aborting',
      undo: 'kill aborting',
      supersede: 'supersede superseded',
    },
    succeeded: { ...refusing('succeeded'), undo: 'kill aborting' },
    rolledBack: { ...refusing('rolledBack'), retry: 'retry scheduled' },
    cancelled: refusing('cancelled'),
    superseded: refusing('superseded'),
  };

  const pairs = Object.entries(expected).flatMap(([state, row]) =>
    Object.entries(row).map(([event, outcome]) => ({ state, event, outcome })),
  );

  test.each(pairs)('$state meets $event: $outcome', ({ state, event, outcome }) => {
    const isCommand = !['look', 'harm', 'deadline'].includes(event);
    // The keys of `expected` are the keys of `states`, and its inner keys are commands, `harm`, `deadline` or `look`.
    const input = look(states[state as StateKind], {
      assessment: event === 'harm' ? harmful : healthy,
      command: isCommand ? command(event as RolloutCommand['kind']) : null,
      ...(event === 'deadline' ? { plan: { ...plan, maxDuration: { afterMs: 1, then: 'abort' as const } } } : {}),
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
    const guards = [...plan.guards, { metric: 'slow', weight: 1 }];
    const assessment = { ...healthy, guards: [guard, { ...guard, metric: 'slow', verdict: 'running' as const }] };
    const unsure = { plan: { ...plan, guards }, assessment };
    expect(decide(look(at(0), unsure)).kind).toBe('advance');
    expect(decide(look(at(1), unsure)).state).toMatchObject({ holds: [{ reason: 'evidence', source: 'slow' }] });
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

  test('of crossovers is set by many of them, and of the metric by a guard without evidence', () => {
    const crossed = (crossoverCount: number) => ({ summary: { ...plenty, crossoverCount } });
    expect(decide(look(at(0), crossed(25))).kind).toBe('advance');
    expect(reasonsOf(decide(look(at(0), crossed(26))))).toEqual(['crossover']);
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
