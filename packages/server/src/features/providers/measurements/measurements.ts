import { activeOf, type ProviderGuard, type RolloutPlan, type RolloutState } from '@tidegate/analysis';
import type { RunAssessment } from '@tidegate/analysis/limits';
import type { PlanFlaw } from '@tidegate/analysis/plans';
import type { MeasurementView } from '@tidegate/protocol';
import { sharedRuns } from '../../../shared-runs.ts';
import type { LeaseToken, RolloutRow, Storage } from '../../../storage/storage.ts';
import { findGuardRefusals } from '../find-guard-refusals.ts';
import { type MeasurementRun, runOf, startRun } from './measurement-run.ts';
import { MeasurementRunner, type MeasurementRunnerOptions } from './measurement-runner.ts';
import { viewMeasurements } from './view-measurements.ts';

export interface MeasurementsOptions
  extends Omit<MeasurementRunnerOptions, 'storage' | 'mayMeasure' | 'onMeasured' | 'onClosed'> {
  readonly storage: Pick<Storage, 'findSettings' | 'findMeasurements' | 'saveMeasurements'>;
  /** The lease of an environment that is this node's to measure. */
  findLease(environment: string): LeaseToken | undefined;
  /** After a measurement, once it is kept. */
  onMeasured(environment: string, rolloutId: string): void;
}

/**
 * What providers measure of the rollouts that this node controls. A run begins when a rollout serves its first stage, goes
 * on while treatment is served, paused and baking too, and ends with it; evidence that begins anew begins another. Each
 * measurement is kept before anybody acts on it, under the lease: another node goes on where this one stood.
 */
export class Measurements {
  readonly #options: MeasurementsOptions;
  readonly #runner: MeasurementRunner;
  /** By rollout, while its run is open: keeps what is newest. */
  readonly #keepers = new Map<string, () => Promise<void>>();

  constructor(options: MeasurementsOptions) {
    this.#options = options;
    this.#runner = new MeasurementRunner({
      ...options,
      mayMeasure: (environment) => options.findLease(environment) !== undefined,
      onMeasured: (rolloutId) => void this.#keep(rolloutId),
      onClosed: (rolloutId) => void this.#keepers.delete(rolloutId),
    });
  }

  start(): void {
    this.#runner.start();
  }

  /** Fulfilled once what was measured is kept. */
  async stop(): Promise<void> {
    await Promise.all([...this.#keepers.keys()].map((rolloutId) => this.#keep(rolloutId)));
    await this.#runner.stop();
  }

  /**
   * What the limits say of a rollout's guards; undefined where nothing is measured, or not by this node. Begins what is to
   * be measured from now on, and ends what is not.
   */
  async assess(rollout: RolloutRow): Promise<RunAssessment | undefined> {
    const { id, environment, epoch, plan } = rollout;
    const { providerGuards: guards } = plan;
    if (guards === undefined || this.#options.findLease(environment) === undefined) return undefined;
    const startedAtMs = servedSince(rollout.state);
    if (startedAtMs === undefined) {
      this.#runner.close(id);
      return undefined;
    }
    const known = this.#runner.assess(id, epoch);
    if (known !== undefined) return known;
    const kept = await this.#options.storage.findMeasurements(id);
    const run = kept?.epoch === epoch ? runOf(kept) : startRun(guards, startedAtMs);
    // Two may have asked at once: what the first of them began is not begun again.
    return this.#runner.assess(id, epoch) ?? this.#open(rollout, guards, run);
  }

  lastAssessed({ id, epoch }: RolloutRow): RunAssessment | undefined {
    return this.#runner.assess(id, epoch);
  }

  /** The environment's active rollouts: of others nothing is measured any more. */
  keepOnly(environment: string, rolloutIds: ReadonlySet<string>): void {
    for (const id of this.#runner.list(environment)) if (!rolloutIds.has(id)) this.#runner.close(id);
  }

  /** What was last measured of a rollout's guards, by whichever node. */
  async view(rollout: RolloutRow): Promise<readonly MeasurementView[]> {
    if (rollout.plan.providerGuards === undefined) return [];
    const kept = await this.#options.storage.findMeasurements(rollout.id);
    return viewMeasurements(rollout, { kept, nowMs: this.#options.platform.nowMs() });
  }

  /** What keeps a plan's guards from being measured. Asks the providers only where it may. */
  findRefusals(of: {
    readonly environment: string;
    readonly plan: RolloutPlan;
    readonly mayAsk: boolean;
  }): Promise<PlanFlaw[]> {
    const { storage, client, secrets, platform } = this.#options;
    return findGuardRefusals({ storage, client, secrets, nowMs: platform.nowMs }, of);
  }

  #open(
    { id: rolloutId, environment, epoch, plan: { treatment, control } }: RolloutRow,
    guards: readonly ProviderGuard[],
    run: MeasurementRun,
  ): RunAssessment | undefined {
    this.#runner.open({ rolloutId, environment, epoch, guards, arms: { treatment, control } }, run);
    return this.#runner.assess(rolloutId, epoch);
  }

  #keep(rolloutId: string): Promise<void> {
    const keeper = this.#keepers.get(rolloutId) ?? sharedRuns(() => this.#save(rolloutId));
    this.#keepers.set(rolloutId, keeper);
    return keeper().catch(this.#options.onError);
  }

  async #save(rolloutId: string): Promise<void> {
    const { storage, platform, findLease, onMeasured } = this.#options;
    const open = this.#runner.find(rolloutId);
    const lease = open && findLease(open.measured.environment);
    if (open === undefined || lease === undefined) return;
    const { environment, epoch } = open.measured;
    const row = { rolloutId, epoch, run: open.run, atMs: platform.nowMs() };
    if ((await storage.saveMeasurements(row, lease)) === 'saved') onMeasured(environment, rolloutId);
  }
}

/** Since when the treatment is served as it is now; undefined where nothing is, or less and less. */
function servedSince(state: RolloutState): number | undefined {
  return state.kind === 'heldBack' ? state.sinceMs : activeOf(state)?.stageEnteredAtMs;
}
