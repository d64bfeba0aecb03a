import type { ProviderGuard } from '@tidegate/analysis';
import { nextMeasurementAtMs, type RunAssessment } from '@tidegate/analysis/limits';
import type { ArmVariants, MetricQuery, MetricResult } from '@tidegate/protocol';
import type { Platform } from '../../../platform.ts';
import type { Storage } from '../../../storage/storage.ts';
import { makeProvider, type ProviderDeps } from '../make-provider.ts';
import { settingsOf } from '../provider-of.ts';
import { windowOf } from '../window-of.ts';
import { addResult } from './add-result.ts';
import { assessMeasurements, type GuardRun, type MeasurementRun } from './measurement-run.ts';

export interface MeasurementRunnerOptions extends Omit<ProviderDeps, 'nowMs'> {
  readonly storage: Pick<Storage, 'findSettings'>;
  readonly platform: Platform;
  /** Whether a run of this environment is this node's to measure; one that is not any more is closed. */
  mayMeasure(environment: string): boolean;
  /** Each answer, for who counts them. */
  onAnswer?(environment: string, result: MetricResult): void;
  /** After each answer: keep the run, and look at what it says. */
  onMeasured(rolloutId: string): void;
  /** After the end of a run, whoever ended it: nothing is measured of the rollout here any more. */
  onClosed?(rolloutId: string): void;
  /** What is no answer: the database is away, and the guard is asked at the next look. */
  onError(error: unknown): void;
}

/** Whose guards are measured, and how. */
export interface MeasuredRollout {
  readonly rolloutId: string;
  readonly environment: string;
  readonly epoch: number;
  readonly guards: readonly ProviderGuard[];
  /** Which variation each arm is served. */
  readonly arms: Required<ArmVariants>;
}

/** Intervals are seconds at least. */
const LOOK_MS = 1_000;

/**
 * Asks providers when `nextMeasurementAtMs` says that it is time. A guard is asked once at a time; one that is slow holds
 * no other up. It keeps nothing over a restart: `open` takes what `find` gave.
 */
export class MeasurementRunner {
  readonly #options: MeasurementRunnerOptions;
  readonly #runs = new Map<string, OpenRun>();
  #stopLooking: () => void = () => undefined;

  constructor(options: MeasurementRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopLooking = this.#options.platform.every(LOOK_MS, () => this.#look());
  }

  /** Gives up what is under way. */
  async stop(): Promise<void> {
    this.#stopLooking();
    const answers = [...this.#runs.values()].flatMap(({ asking }) => [...asking.values()]);
    for (const id of [...this.#runs.keys()]) this.close(id);
    await Promise.all(answers);
  }

  /** Begins a rollout's run, or goes on with one. */
  open(measured: MeasuredRollout, run: MeasurementRun): void {
    this.close(measured.rolloutId);
    this.#runs.set(measured.rolloutId, { measured, run, asking: new Map(), giveUp: new AbortController() });
  }

  /** Ends a run; an answer that comes later is nobody's. */
  close(rolloutId: string): void {
    this.#runs.get(rolloutId)?.giveUp.abort();
    if (this.#runs.delete(rolloutId)) this.#options.onClosed?.(rolloutId);
  }

  find(rolloutId: string): { readonly measured: MeasuredRollout; readonly run: MeasurementRun } | undefined {
    return this.#runs.get(rolloutId);
  }

  /** The rollouts of an environment whose runs are open. */
  list(environment: string): readonly string[] {
    return [...this.#runs.values()].flatMap(({ measured }) =>
      measured.environment === environment ? [measured.rolloutId] : [],
    );
  }

  /** What the limits say now; undefined of a run that is not open in this epoch. */
  assess(rolloutId: string, epoch: number): RunAssessment | undefined {
    const open = this.#runs.get(rolloutId);
    if (open?.measured.epoch !== epoch) return undefined;
    return assessMeasurements(open.run, { guards: open.measured.guards, nowMs: this.#options.platform.nowMs() });
  }

  #look(): void {
    const { platform, mayMeasure, onError } = this.#options;
    const nowMs = platform.nowMs();
    for (const [id, open] of this.#runs) {
      if (!mayMeasure(open.measured.environment)) {
        this.close(id);
        continue;
      }
      for (const guard of open.measured.guards) {
        const one = open.run.guards.find(({ name }) => name === guard.name);
        if (one === undefined || open.asking.has(guard.name)) continue;
        if (!isDue(one, guard, { nowMs, startedAtMs: open.run.startedAtMs })) continue;
        open.asking.set(guard.name, this.#measure(open, guard, one).catch(onError));
      }
    }
  }

  async #measure(open: OpenRun, guard: ProviderGuard, one: GuardRun): Promise<void> {
    const { platform, onMeasured } = this.#options;
    try {
      const result = await this.#ask(open, guard, one);
      this.#options.onAnswer?.(open.measured.environment, result);
      if (this.#runs.get(open.measured.rolloutId) !== open) return;
      open.run = addResult(open.run, guard, { result, atMs: platform.nowMs() });
    } finally {
      open.asking.delete(guard.name);
    }
    onMeasured(open.measured.rolloutId);
  }

  async #ask(
    { measured, run, giveUp }: OpenRun,
    guard: ProviderGuard,
    { lastAnswer }: GuardRun,
  ): Promise<MetricResult> {
    const { storage, platform, client, secrets } = this.#options;
    const { environment: scope } = measured;
    const nowMs = platform.nowMs();
    const unasked = { window: { startAtMs: nowMs, endAtMs: nowMs }, query: '' };
    const row = await storage.findSettings({ kind: 'provider', scope, key: guard.provider });
    if (row === undefined || row.document === null) {
      const message = `There is no metric provider ${guard.provider} in ${scope}.`;
      return { status: 'error', ...unasked, class: 'bad_query', message };
    }
    const settings = settingsOf(row);
    const { lagMs } = settings;
    const query = queryOf(guard);
    const window = windowOf({ nowMs, lagMs, windowMs: query.windowMs, notBeforeMs: run.startedAtMs });
    if (window === undefined) return { status: 'no_data', ...unasked, watermarkAtMs: nowMs - lagMs, reason: 'not_yet' };
    const previous = lastAnswer === null ? {} : { previous: lastAnswer.arms };
    try {
      const provider = makeProvider(settings, scope, { client, secrets, nowMs: platform.nowMs });
      const arms = armsOf(guard, measured.arms);
      return await provider.query({ query, arms, window, signal: giveUp.signal, ...previous });
    } catch (error) {
      // A fault of ours. As an error of the provider it is waited for as one, and not asked about each second.
      this.#options.onError(error);
      return {
        status: 'error',
        window,
        query: '',
        class: 'malformed',
        message: 'This server failed to ask: see its log.',
      };
    }
  }
}

/** What was measured after now was measured before the clock was set back: nobody waits until that is made up for. */
function isDue(
  { tally }: GuardRun,
  { limits }: ProviderGuard,
  { nowMs, startedAtMs }: { readonly nowMs: number; readonly startedAtMs: number },
): boolean {
  return nowMs >= nextMeasurementAtMs({ limits, tally }, startedAtMs) || nowMs < (tally.last?.atMs ?? nowMs);
}

interface OpenRun {
  readonly measured: MeasuredRollout;
  run: MeasurementRun;
  /** By guard: what is under way. */
  readonly asking: Map<string, Promise<void>>;
  readonly giveUp: AbortController;
}

/** The schema of plans has checked it; the room of decisions only carries it. */
export function queryOf({ query }: Pick<ProviderGuard, 'query'>): MetricQuery {
  return query as MetricQuery;
}

/** The arms that a guard asks about. */
export function armsOf({ arms }: Pick<ProviderGuard, 'arms'>, served: Required<ArmVariants>): ArmVariants {
  return arms === 'both' ? served : { treatment: served.treatment };
}
