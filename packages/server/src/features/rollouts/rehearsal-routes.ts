import type { EpochPlan, RolloutPlan } from '@tidegate/analysis';
import {
  canBeDrilled,
  drillRollout,
  type GivenTraffic,
  guardsOfEpoch,
  type KnownTraffic,
  knownTraffic,
  simulatePlan,
} from '@tidegate/analysis/rehearsal';
import {
  type DrillRecord,
  type DrillView,
  drillRecordSchema,
  drillRequestSchema,
  drillViewSchema,
  pageOf,
  type SimulationView,
  simulateRequestSchema,
  simulationViewSchema,
} from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { RolloutRow } from '../../storage/storage.ts';
import { findTold } from '../notices/index.ts';
import { type Admission, admitPlan } from './admit-plan.ts';
import { seededDraws } from './draws.ts';
import { findSummary } from './gather-input.ts';
import { REFUSALS } from './plan-routes.ts';
import { raiseWindowAt } from './raise-window.ts';
import { findEvidence, readEvidence } from './read-evidence.ts';
import { Rehearsals } from './rehearsals.ts';
import { epochPlan } from './rollout-changes.ts';
import {
  environmentOf,
  environmentParams,
  noSuchRollout,
  ROLLOUTS_PATH,
  type RolloutDeps,
  rolloutParams,
} from './rollout-place.ts';

/** Enough that a share of one in a hundred shows at all. */
const RUNS_DEFAULT = 100;
const SEED_DEFAULT = 1;
/** A regression that is hard to see, one that anybody would call one, and a broken page. */
const SEVERITIES_DEFAULT = [1.5, 2, 10];

/** What is no matter before the start: the rule may be somebody else's today. */
const OTHERS_HAVE_IT = ['rule-owned-by-rollout', 'rule-does-not-serve-control'];

export function rehearsalRoutes(deps: RolloutDeps): Route[] {
  const rehearsals = new Rehearsals();
  return [simulateRoute(deps, rehearsals), drillRoute(deps, rehearsals), drillsRoute(deps)];
}

function simulateRoute(deps: RolloutDeps, rehearsals: Rehearsals): Route {
  return defineRoute({
    method: 'post',
    path: `${ROLLOUTS_PATH}/simulate`,
    summary: 'Tells of a plan how long it would take, which harm it would see, and how many it would expose to it',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    body: simulateRequestSchema,
    reply: { status: 200, description: 'What became of the simulated rollouts', schema: simulationViewSchema },
    problems: [...REFUSALS, 'unknown-traffic', 'unavailable'],
    async handle({ params, body, principal, nowMs }) {
      const environment = environmentOf(params);
      const { seed = SEED_DEFAULT, severities = SEVERITIES_DEFAULT } = body;
      const admission = await admitPlan(deps, { environment, written: body.plan, by: principal.actor });
      const { plan, epoch } = await planned(deps, environment, admission);
      const harmed = body.guards ?? decidingGuards(plan).slice(0, 1);
      for (const guard of harmed) assertGuard(plan, guard);
      const evidence = await readEvidence(deps, { environment, flagKey: plan.flagKey, nowMs });
      const traffic = trafficOf({ guards: guardsOfEpoch(epoch), given: body.traffic ?? {}, evidence });
      const simulation = await rehearsals.run(() =>
        simulatePlan({
          plan,
          epoch,
          ...traffic,
          severities,
          harmed,
          runs: body.runs ?? RUNS_DEFAULT,
          nowMs,
          windowAt: (atMs) => raiseWindowAt(plan.windows ?? [], atMs),
          draws: seededDraws(seed),
        }),
      );
      const answer: SimulationView = { plan, seed, traffic: traffic.sources, ...simulation };
      return { status: 200, body: answer };
    },
  });
}

function drillRoute(deps: RolloutDeps, rehearsals: Rehearsals): Route {
  return defineRoute({
    method: 'post',
    path: `${ROLLOUTS_PATH}/{rollout}/drill`,
    summary: 'Harms a copy of a running rollout, and tells when it would be killed; nothing of the rollout changes',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: rolloutParams,
    body: drillRequestSchema,
    reply: { status: 200, description: 'What became of the copy', schema: drillViewSchema },
    problems: [
      'not-found',
      'rollout-not-active',
      'command-refused',
      'unknown-metric',
      'unknown-traffic',
      'unavailable',
    ],
    async handle({ params, body, principal, nowMs }) {
      const environment = environmentOf(params);
      const { guard: metric, seed = SEED_DEFAULT, severity } = body;
      const rollout = await deps.storage.findRollout(environment, params.rollout);
      if (rollout === undefined) throw noSuchRollout(params.rollout);
      const { plan, state } = rollout;
      const treatmentPpm = treatmentOf(rollout);
      assertGuard(plan, metric);
      const summary = await findSummary(deps, rollout);
      if (!canBeDrilled(summary)) {
        throw problem('unavailable', {
          detail: 'This server has no evidence of the rollout yet; ask again in a second.',
        });
      }
      const own = await findEvidence(deps, rollout, nowMs);
      const others = await readEvidence(deps, { environment, flagKey: plan.flagKey, nowMs });
      const evidence = own === null ? others : [own, ...others];
      const traffic = trafficOf({ guards: summary.guards, given: body.traffic ?? {}, evidence });
      const told = await tellsOf(deps, rollout);
      const drill = await rehearsals.run(() =>
        drillRollout({
          plan,
          state,
          summary,
          ...traffic,
          metric,
          severity,
          runs: body.runs ?? RUNS_DEFAULT,
          nowMs,
          windowAt: (atMs) => raiseWindowAt(plan.windows ?? [], atMs),
          draws: seededDraws(seed),
        }),
      );
      const answer: DrillView = { rolloutId: rollout.id, seed, treatmentPpm, traffic: traffic.sources, told, ...drill };
      const held = { rolloutId: rollout.id, atMs: nowMs, by: principal.actor, document: answer };
      await deps.storage.saveDrill(held, DRILLS_KEPT);
      return { status: 200, body: answer };
    },
  });
}

/** Of one rollout: whoever drills more often remembers the last ones. */
const DRILLS_KEPT = 50;

function drillsRoute({ storage }: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${ROLLOUTS_PATH}/{rollout}/drills`,
    summary: `The drills of a rollout, newest first: who held each, when, and what it showed; the last ${DRILLS_KEPT} are kept`,
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: rolloutParams,
    reply: { status: 200, description: 'All that are kept', schema: pageOf(drillRecordSchema) },
    problems: ['not-found'],
    async handle({ params }) {
      const rollout = await storage.findRollout(environmentOf(params), params.rollout);
      if (rollout === undefined) throw noSuchRollout(params.rollout);
      const rows = await storage.listDrills(rollout.id, DRILLS_KEPT);
      // Only the route above writes these documents.
      const items = rows.map(({ atMs, by, document }): DrillRecord => ({ atMs, by, drill: document as DrillView }));
      return { status: 200, body: { items, next: null } };
    },
  });
}

/** A plan that could be started once the rule is free, and what the books would be told then. */
async function planned(
  { storage }: RolloutDeps,
  environment: string,
  { plan, flag, refusals }: Admission,
): Promise<{ readonly plan: RolloutPlan; readonly epoch: EpochPlan }> {
  const refusal = refusals.find(({ code }) => !OTHERS_HAVE_IT.includes(code));
  if (refusal !== undefined) throw problem(refusal.code, { detail: refusal.detail });
  if (plan === null || flag === undefined) throw new Error('A plan without a meaning was not refused');
  const epoch = await epochPlan(storage, { id: 'simulated', environment, epoch: 1, plan }, flag);
  return { plan, epoch };
}

function decidingGuards({ guards }: RolloutPlan): readonly string[] {
  return guards.filter(({ mode }) => mode !== 'observe').map(({ metric }) => metric);
}

function assertGuard(plan: RolloutPlan, metric: string): void {
  const deciding = decidingGuards(plan);
  if (deciding.includes(metric)) return;
  const detail = `No guard that decides is called ${metric}; there are ${deciding.join(', ') || 'none'}.`;
  throw problem('unknown-metric', { detail });
}

function trafficOf(of: Parameters<typeof knownTraffic>[0] & { readonly given: GivenTraffic }): KnownTraffic {
  const binary = of.guards.filter(({ measure }) => (measure?.kind ?? 'binary') === 'binary');
  const above = binary.find(({ metric }) => (of.given.rates?.[metric] ?? 0) > 1);
  if (above !== undefined) {
    const detail = `The rate of ${above.metric} is a share of units, at most 1.`;
    throw problem('invalid-request', { detail });
  }
  const traffic = knownTraffic(of);
  const [first] = traffic.missing;
  if (first === undefined) return traffic;
  const rates = traffic.missing.filter((name) => name !== 'unitsPerMinute');
  const wanted = [
    ...(traffic.missing.includes('unitsPerMinute') ? ['traffic.unitsPerMinute'] : []),
    ...rates.map((metric) => `traffic.rates["${metric}"]`),
  ];
  const detail = `No rollout of the flag has measured it for a minute yet. Say ${wanted.join(' and ')}.`;
  throw problem('unknown-traffic', { detail });
}

/** Where a kill would still lower anything. */
function treatmentOf({ id, plan, state, active }: RolloutRow): number {
  if (!active) throw problem('rollout-not-active', { detail: `The rollout ${id} has ended: nothing can kill it.` });
  const stage = state.kind === 'paused' ? state.resume : state;
  if (stage.kind !== 'progressing' && stage.kind !== 'baking') {
    const detail = `The rollout is ${state.kind}: drill one that is progressing, baking or paused.`;
    throw problem('command-refused', { detail });
  }
  return plan.stages[stage.stageIndex]?.treatmentPpm ?? 0;
}

async function tellsOf({ countConfirmations, storage }: RolloutDeps, rollout: RolloutRow): Promise<DrillView['told']> {
  const { environment, servedRevision } = rollout;
  const { connectedCount } = await countConfirmations(environment, servedRevision ?? 0);
  return { connectedSdks: connectedCount, notificationTargets: await findTold(storage, rollout) };
}
