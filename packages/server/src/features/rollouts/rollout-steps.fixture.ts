import type { Actor, RolloutCommand } from '@tidegate/analysis';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import fc from 'fast-check';

/** What can happen to a rollout, as the model of `rollout-controller.property.test.ts` draws it. */
export type Step =
  | { readonly kind: 'look'; readonly fault: Fault }
  | { readonly kind: 'time'; readonly durationMs: number }
  /** The wall clock is set, and no time passes. */
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'outside'; readonly outside: Partial<Outside> }
  | { readonly kind: 'command'; readonly command: RolloutCommand; readonly fault: Fault }
  /** An operator freezes every rise in the environment, or ends that. */
  | { readonly kind: 'environmentFreeze'; readonly isFrozen: boolean }
  | { readonly kind: 'edit' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'takeover' }
  | { readonly kind: 'lookOfOldNode' };

export type Evidence = 'good' | 'harmful' | 'none' | 'crossed';
/** How the next write fails: before anything is durable, or after all of it is. */
export type Fault = 'none' | 'before' | 'after';

/** What the controller is told by others than the evidence. */
export interface Outside {
  readonly isConfirmed: boolean;
  readonly isGateOpen: boolean;
  /** The adapter confirms whatever share is asked for. */
  readonly isTrafficApplied: boolean;
  readonly measured: 'successful' | 'failed' | 'no_data';
  readonly sdks: 'fine' | 'broken' | 'losing';
}

export const FINE: Outside = {
  isConfirmed: true,
  isGateOpen: true,
  isTrafficApplied: true,
  measured: 'successful',
  sdks: 'fine',
};

export const ann: Actor = { kind: 'key', id: 'ann', name: 'Ann' };
const bob: Actor = { kind: 'key', id: 'bob', name: 'Bob' };
export const order = { by: bob, reason: '' };

const STAGES = [100_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({
  treatmentPpm,
  dwellMs: 60_000,
  minUnits: 10,
}));
/** Whom a plan caps in Germany; in France nobody is treated. */
export const CAP_PPM = 250_000;
const abortAfter = (afterMs: number) => ({ afterMs, then: 'abort' as const });

/** What a plan may say beside its stages; each rollout has some of it. Every wait ends, by its deadline or that of all. */
const PARTS: readonly Partial<WrittenPlan>[] = [
  { stages: STAGES.map((stage, index) => (index === 2 ? { ...stage, approval: {} } : stage)) },
  { windows: [{ cron: '0 */2 * * *', timeZone: 'UTC', durationMs: 3_600_000 }] },
  { gradualRollback: { steps: 3, stepMs: 30_000 } },
  { onHarm: 'freeze' },
  { gates: [{ name: 'change-board', before: 'advance', url: 'https://gate.test/', secret: 'gate' }] },
  { traffic: [{ adapter: 'mesh', deadline: abortAfter(3_600_000) }] },
  {
    providerGuards: [
      {
        name: 'latency',
        provider: 'metrics',
        query: { kind: 'scalar', value: 'p99' },
        limits: { failureCondition: 'result > 1' },
        deadline: abortAfter(7_200_000),
      },
    ],
  },
  { holdback: { ppm: 50_000, durationMs: 600_000 } },
  { maxTreatmentPpm: 500_000 },
  {
    caps: [
      { condition: { attribute: 'country', operator: 'in', values: ['DE'] }, maxTreatmentPpm: CAP_PPM },
      { condition: { attribute: 'country', operator: 'in', values: ['FR'] }, maxTreatmentPpm: 0 },
    ],
  },
];

/** Few parts each: what one of them holds, another would hide. */
const plans: fc.Arbitrary<WrittenPlan> = fc
  .subarray([...PARTS], { maxLength: 2 })
  .map(
    (parts): WrittenPlan =>
      Object.assign(
        {
          flagKey: 'new-checkout',
          treatment: 'on',
          control: 'off',
          stages: STAGES,
          bakeMs: 60_000,
          maxDuration: abortAfter(86_400_000),
          health: { openBreakers: { maxShare: 0.2 } },
        },
        ...parts,
      ),
  )
  // Who is beyond the cap of all keeps control for good, so nothing is held back.
  .filter(({ holdback, maxTreatmentPpm }) => holdback === undefined || maxTreatmentPpm === undefined);

const fault = fc.constantFrom<Fault>('none', 'none', 'none', 'before', 'after');
const serve = fc.constantFrom('on', 'off').map((variation) => ({ kind: 'variation', variation }));
const taken = serve.map((serve): RolloutCommand => ({ ...order, kind: 'supersede', serve }));
const kept = fc.oneof(
  fc
    .constantFrom('start', 'pause', 'resume', 'promote', 'undo', 'freeze', 'abort')
    .map((kind): RolloutCommand => ({ ...order, kind })),
  fc
    .constantFrom('retry', 'unfreeze')
    .chain((kind) => fc.boolean().map((acceptRisk): RolloutCommand => ({ ...order, kind, acceptRisk }))),
  // The author may not approve her own.
  fc
    .tuple(fc.constantFrom('approve', 'approve', 'reject'), fc.constantFrom(ann, bob))
    .map(([kind, by]): RolloutCommand => ({ by, reason: '', kind, role: 'admin' })),
  fc
    .tuple(fc.nat({ max: 4 }), fc.boolean())
    .map(([stageIndex, acceptRisk]): RolloutCommand => ({ ...order, kind: 'jump', stageIndex, acceptRisk })),
  fc.constant<RolloutCommand>({ ...order, kind: 'promote', full: true }),
  fc.constant<RolloutCommand>({ ...order, kind: 'abort', gradual: true }),
);
// Seldom: nothing comes after it.
const commands = fc.oneof({ weight: 15, arbitrary: kept }, { weight: 1, arbitrary: taken });

const look: Step = { kind: 'look', fault: 'none' };
const pass = (durationMs: number): Step => ({ kind: 'time', durationMs });
const come = (evidence: Evidence): Step => ({ kind: 'evidence', evidence });
const hear = (outside: Partial<Outside>): Step => ({ kind: 'outside', outside });
const say = (command: RolloutCommand): Step => ({ kind: 'command', command, fault: 'none' });

const outsides = fc.oneof(
  fc.constant<Partial<Outside>>(FINE),
  fc.boolean().map((isConfirmed): Partial<Outside> => ({ isConfirmed })),
  fc.boolean().map((isGateOpen): Partial<Outside> => ({ isGateOpen })),
  fc.boolean().map((isTrafficApplied): Partial<Outside> => ({ isTrafficApplied })),
  fc.constantFrom('successful', 'failed', 'no_data').map((measured): Partial<Outside> => ({ measured })),
  fc.constantFrom('fine', 'broken', 'losing').map((sdks): Partial<Outside> => ({ sdks })),
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fault.map((fault): Step => ({ kind: 'look', fault })) },
  { weight: 4, arbitrary: fc.constantFrom(500, 5_000, 30_000, 59_000, 61_000, 3_600_000).map(pass) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-7_200_000, -120_000, 45_000, 7_200_000).map((byMs): Step => ({ kind: 'clock', byMs })),
  },
  { weight: 3, arbitrary: fc.constantFrom<Evidence>('good', 'good', 'good', 'harmful', 'none', 'crossed').map(come) },
  { weight: 2, arbitrary: outsides.map(hear) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('command' as const), command: commands, fault }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { kind: 'environmentFreeze', isFrozen: true },
      { kind: 'environmentFreeze', isFrozen: false },
      { kind: 'edit' },
      { kind: 'restart' },
      { kind: 'takeover' },
      { kind: 'lookOfOldNode' },
    ),
  },
);

/** Everything is well, and the rollout runs where it can: what is rolled back is tried again. */
const REVIVE: readonly Step[] = [
  come('good'),
  hear(FINE),
  { kind: 'environmentFreeze', isFrozen: false },
  look,
  say({ ...order, kind: 'resume' }),
  say({ ...order, kind: 'retry', acceptRisk: true }),
];
const watch = (looks: number): readonly Step[] => Array.from({ length: looks }, () => [pass(30_000), look]).flat();
const approve = (by: Actor): Step => say({ by, reason: '', kind: 'approve', role: 'admin' });

/** What must hold a plan. Its own parts come as often as what holds every plan. */
function hindrancesOf({ gates, traffic, providerGuards }: WrittenPlan): readonly Step[] {
  const own = [
    ...(gates === undefined ? [] : [hear({ isGateOpen: false })]),
    ...(traffic === undefined ? [] : [hear({ isTrafficApplied: false })]),
    ...(providerGuards === undefined ? [] : [hear({ measured: 'no_data' })]),
  ];
  return [
    ...[own, own, own].flat(),
    come('none'),
    come('crossed'),
    hear({ isConfirmed: false }),
    hear({ sdks: 'losing' }),
    { kind: 'environmentFreeze', isFrozen: true },
  ];
}

function harmsOf({ providerGuards }: WrittenPlan): readonly Step[] {
  const own = providerGuards === undefined ? [] : [hear({ measured: 'failed' })];
  return [come('harmful'), hear({ sdks: 'broken' }), ...own, ...own];
}

/** What chance alone would hardly ever string together. Each is of a rollout that runs, if it can. */
const episodesOf = (plan: WrittenPlan): fc.Arbitrary<readonly Step[]> =>
  fc
    .oneof(
      // A stage or some are watched to their end, and on.
      { weight: 3, arbitrary: fc.integer({ min: 3, max: 9 }).map(watch) },
      // The same, but for one thing that must hold it.
      {
        weight: 6,
        arbitrary: fc
          .constantFrom<Step>(...hindrancesOf(plan))
          .map((hindrance): readonly Step[] => [hindrance, ...watch(4)]),
      },
      // Or that must kill it: running, paused, with a process that ends before or after the kill is durable.
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            fc.constantFrom<Step>(...harmsOf(plan)),
            fc.constantFrom<(harm: Step) => readonly Step[]>(
              (harm) => [harm],
              (harm) => [say({ ...order, kind: 'pause' }), harm],
              (harm) => [harm, { kind: 'look', fault: 'before' }, { kind: 'restart' }],
              (harm) => [harm, { kind: 'look', fault: 'after' }, { kind: 'restart' }],
            ),
          )
          .map(([harm, comes]): readonly Step[] => [...comes(harm), look]),
      },
      // Words to a rollout that was killed, which SDKs have confirmed or have yet to.
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.boolean(), fc.array(commands, { minLength: 2, maxLength: 4 }))
          .map(([isConfirmed, said]): readonly Step[] => [
            hear({ isConfirmed }),
            come('harmful'),
            look,
            look,
            ...said.map(say),
          ]),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom<readonly Step[]>(
          [...watch(5), approve(ann), ...watch(3)],
          [...watch(5), approve(bob), ...watch(3)],
          // A node that hung comes back when its time at a stage has passed.
          [{ kind: 'takeover' }, pass(61_000), { kind: 'lookOfOldNode' }],
          // The server was away for longer than several stages.
          [pass(3_600_000), look, look, look],
          [{ kind: 'restart' }, pass(61_000), look, look],
        ),
      },
    )
    .map((episode): readonly Step[] => [...REVIVE, ...episode]);

const PARTS_MIN = 8;
const PARTS_MAX = 30;

/** A plan and what happens to it. */
export const scenarios = plans.chain((plan) =>
  fc
    .array(
      fc.oneof({ weight: 3, arbitrary: steps.map((step) => [step]) }, { weight: 4, arbitrary: episodesOf(plan) }),
      { minLength: PARTS_MIN, maxLength: PARTS_MAX },
    )
    .map((parts) => ({ plan, walk: parts.flat() })),
);
