import {
  type Decision,
  type DecisionInput,
  isBlocking,
  type RolloutPlan,
  type RolloutState,
  stageIndexOf,
} from '@tidegate/analysis';
import type { MetricResult } from '@tidegate/protocol';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { servedShare } from './served-share.ts';

/** A look of the controller: what it saw, and what it decided. */
export interface RolloutLook {
  readonly rollout: {
    readonly id: string;
    readonly environment: string;
    readonly flagKey: string;
    readonly plan: RolloutPlan;
  };
  readonly input: DecisionInput;
  readonly decision: Decision;
  readonly tookMs: number;
}

export interface RolloutMetrics {
  /** After every look at which nothing was to be done, and after every decision that was saved. */
  looked(look: RolloutLook): void;
  answered(environment: string, answer: string): void;
  measured(environment: string, result: MetricResult): void;
}

export interface RolloutMetricsOptions {
  readonly registry: Registry;
  readonly nowMs: () => number;
  /** Environments that this node controls: of others it knows nothing new. */
  readonly held: () => readonly string[];
}

/** Each rollout is a few dozen series: those looked at last are shown, and a page of more is read by nobody. */
const ROLLOUTS_MAX = 100;
/** Long enough for a scrape, an alert, and whoever comes to see how it ended. */
const SHOWN_AFTER_END_MS = 3_600_000;

const ROLLOUT = ['environment', 'flag', 'rollout'] as const;
const DAY_S = 86_400;

/**
 * Rollouts to Prometheus, on the node that controls them, from the looks that the controller takes anyway: a scrape costs
 * no assessment. Cardinality is bounded, by rollouts that are active or ended within the hour, and in all. What was
 * never measured has no series: a zero would say that it was.
 */
export function createRolloutMetrics({ registry, nowMs, held }: RolloutMetricsOptions): RolloutMetrics {
  const looks = new Map<string, RolloutLook>();
  exportLooks(registry, () => shown(looks, { held: held(), nowMs: nowMs() }), nowMs);
  const registers = [registry];
  new Gauge({
    name: 'tidegate_rollout_lease_held',
    help: '1 for each environment whose rollouts this node controls',
    labelNames: ['environment'] as const,
    registers,
    collect() {
      this.reset();
      for (const environment of held()) this.set({ environment }, 1);
    },
  });
  const kills = new Counter({
    name: 'tidegate_rollout_kills_total',
    help: 'Rollouts that were rolled back, by cause',
    labelNames: ['environment', 'cause'] as const,
    registers,
  });
  const harmed = new Counter({
    name: 'tidegate_rollout_harmed_units_total',
    help: 'Units that had the treatment when it was killed for harm',
    labelNames: ['environment'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'tidegate_rollout_duration_seconds',
    help: 'From the first stage of a rollout to its success, or to its kill',
    labelNames: ['environment', 'outcome'] as const,
    buckets: [60, 600, 3_600, 4 * 3_600, DAY_S / 2, DAY_S, 3 * DAY_S, 7 * DAY_S, 30 * DAY_S],
    registers,
  });
  const confirmations = new Histogram({
    name: 'tidegate_rollout_kill_confirm_seconds',
    help: 'From a kill until every connected SDK had confirmed it, or the wait for them was over',
    labelNames: ['environment'] as const,
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const decisionSeconds = new Histogram({
    name: 'tidegate_rollout_decision_seconds',
    help: 'From the reading of its evidence to the end of a look at a rollout',
    labelNames: ['environment'] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const answers = new Counter({
    name: 'tidegate_rollout_gate_answers_total',
    help: 'What gates answered',
    labelNames: ['environment', 'answer'] as const,
    registers,
  });
  const measurements = new Counter({
    name: 'tidegate_rollout_provider_answers_total',
    help: 'What metric providers answered guards: ok, no_data, or error with its class',
    labelNames: ['environment', 'status', 'class'] as const,
    registers,
  });

  return {
    answered: (environment, answer) => answers.inc({ environment, answer }),
    measured(environment, result) {
      const { status } = result;
      measurements.inc(status === 'error' ? { environment, status, class: result.class } : { environment, status });
    },
    looked(look) {
      const { rollout, input, decision, tookMs } = look;
      const { environment } = rollout;
      // Those looked at last come last.
      looks.delete(rollout.id);
      looks.set(rollout.id, look);
      while (looks.size > ROLLOUTS_MAX) looks.delete(looks.keys().next().value ?? '');
      decisionSeconds.observe({ environment }, tookMs / 1_000);
      if (!decision.changed) return;
      const { state } = decision;
      const startedAtMs = startOf(input.state);
      if (decision.kind === 'kill' && state.kind === 'aborting') {
        kills.inc({ environment, cause: state.cause.kind });
        if (state.cause.kind === 'harm') harmed.inc({ environment }, treatedUnits(input));
        if (startedAtMs !== null) {
          durations.observe({ environment, outcome: 'killed' }, (input.nowMs - startedAtMs) / 1_000);
        }
      }
      if (decision.kind === 'succeed' && startedAtMs !== null) {
        durations.observe({ environment, outcome: 'succeeded' }, (input.nowMs - startedAtMs) / 1_000);
      }
      if (state.kind === 'rolledBack' && input.state.kind === 'aborting') {
        confirmations.observe({ environment }, (input.nowMs - input.state.abortedAtMs) / 1_000);
      }
    },
  };
}

/** What is known of each rollout by its last look. */
function exportLooks(registry: Registry, list: () => readonly RolloutLook[], nowMs: () => number): void {
  const gauge = <Label extends string>(
    { name, help, labels }: { name: string; help: string; labels: readonly Label[] },
    valuesOf: (look: RolloutLook) => readonly (readonly [Readonly<Partial<Record<Label, string>>>, number])[],
  ) =>
    new Gauge({
      name: `tidegate_rollout_${name}`,
      help,
      labelNames: [...ROLLOUT, ...labels] as string[],
      registers: [registry],
      collect() {
        this.reset();
        for (const look of list()) {
          const { environment, flagKey: flag, id } = look.rollout;
          for (const [labelled, value] of valuesOf(look))
            this.set({ environment, flag, rollout: id, ...labelled }, value);
        }
      },
    });

  gauge({ name: 'phase', help: '1 for the phase that a rollout is in', labels: ['phase'] }, ({ decision }) => [
    [{ phase: decision.state.kind }, 1],
  ]);
  gauge({ name: 'treatment_ratio', help: 'The share that has the treatment', labels: [] }, ({ rollout, decision }) => {
    const share = servedShare(rollout.plan, decision.state);
    return share === undefined ? [] : [[{}, share]];
  });
  gauge({ name: 'stage', help: 'The stage, counted from 1', labels: [] }, ({ rollout, decision }) => {
    const stageIndex = stageIndexOf(decision.state, rollout.plan.stages.length);
    return stageIndex === null ? [] : [[{}, stageIndex + 1]];
  });
  gauge(
    { name: 'hold_seconds', help: 'For how long each reason has held a rollout', labels: ['reason'] },
    ({ decision }) => {
      const atMs = nowMs();
      const longest = new Map<string, number>();
      for (const hold of holdsOf(decision.state)) {
        if (!isBlocking(hold, atMs)) continue;
        const heldMs = Math.max(0, atMs - hold.sinceMs);
        longest.set(hold.reason, Math.max(longest.get(hold.reason) ?? 0, heldMs));
      }
      return [...longest].map(([reason, heldMs]) => [{ reason }, heldMs / 1_000] as const);
    },
  );
  gauge(
    { name: 'confirmed_ratio', help: 'The share of connected SDKs that serve what was published last', labels: [] },
    ({ input: { confirmation } }) =>
      confirmation.connectedCount === 0 ? [] : [[{}, confirmation.confirmedCount / confirmation.connectedCount]],
  );
  gauge({ name: 'log_evidence', help: 'Evidence of harm in nats', labels: [] }, ({ input: { assessment } }) => [
    [{}, assessment.logEvidence],
  ]);
  gauge({ name: 'log_threshold', help: 'The evidence in nats that kills', labels: [] }, ({ input: { assessment } }) => [
    [{}, assessment.logThreshold],
  ]);
  gauge(
    { name: 'guard_log_evidence', help: 'Evidence of harm in nats, by guard', labels: ['guard'] },
    ({ input: { assessment } }) =>
      assessment.guards.map(({ metric, logEvidence }) => [{ guard: metric }, logEvidence] as const),
  );
  gauge(
    { name: 'guard_verdict', help: '1 for the verdict on each guard', labels: ['guard', 'verdict'] },
    ({ input: { assessment } }) =>
      assessment.guards.map(({ metric, verdict }) => [{ guard: metric, verdict }, 1] as const),
  );
  for (const name of ['units', 'events'] as const) {
    const help = name === 'units' ? 'Units that count for a guard, by arm' : 'Of these, units that its metric counts';
    gauge({ name: `guard_${name}`, help, labels: ['guard', 'arm'] }, ({ input: { assessment } }) =>
      assessment.guards.flatMap(({ metric, [name]: counts }) =>
        (['control', 'treatment'] as const).map((arm) => [{ guard: metric, arm }, counts[arm]] as const),
      ),
    );
  }
}

function shown(
  looks: Map<string, RolloutLook>,
  { held, nowMs }: { readonly held: readonly string[]; readonly nowMs: number },
): readonly RolloutLook[] {
  for (const [id, { rollout, input, decision }] of [...looks]) {
    const isOver = ENDED.includes(decision.state.kind) && nowMs - input.nowMs > SHOWN_AFTER_END_MS;
    if (isOver || !held.includes(rollout.environment)) looks.delete(id);
  }
  return [...looks.values()];
}

const ENDED: readonly RolloutState['kind'][] = ['succeeded', 'rolledBack', 'cancelled', 'superseded'];

function holdsOf(state: RolloutState) {
  return 'holds' in state ? (state.holds ?? []) : [];
}

/** When its first stage began; null before, and where earlier versions did not write it down. */
function startOf(state: RolloutState): number | null {
  const active = state.kind === 'paused' || state.kind === 'frozen' ? state.resume : state;
  return ('startedAtMs' in active ? active.startedAtMs : null) ?? null;
}

function treatedUnits({ summary }: DecisionInput): number {
  return summary.strata.reduce((sum, { units }) => sum + units.treatment, 0);
}
