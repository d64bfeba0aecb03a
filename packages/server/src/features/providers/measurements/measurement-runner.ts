import { assessMetric, planMeasurements, type RunAssessment } from '@tidegate/analysis/limits';
import type { MetricResult } from '@tidegate/protocol';
import type { Platform } from '../../../platform.ts';
import type { Storage } from '../../../storage/storage.ts';
import type { ProviderDeps } from '../contract/asking-provider.ts';
import { makeProvider } from '../make-provider.ts';
import { settingsOf } from '../provider-of.ts';
import { windowOf } from '../window-of.ts';
import { addResult } from './add-result.ts';
import { assessMeasurements, type GuardRun, type MeasurementRun } from './measurement-run.ts';

export interface MeasurementRunnerOptions extends Omit<ProviderDeps, 'nowMs'> {
  readonly storage: Pick<Storage, 'findSettings'>;
  readonly platform: Platform;
  /** After each answer: keep the run, and look at what it says. */
  onMeasured(id: string, run: MeasurementRun): void;
  /** What is no answer: the database is away, and the guard is asked at the next look. */
  onError(error: unknown): void;
}

/** Intervals are seconds at least. */
const LOOK_MS = 1_000;

/**
 * Asks providers when `planMeasurements` says that it is time. A guard is asked once at a time; one that is slow holds no
 * other up. It keeps nothing over a restart: `open` takes what `onMeasured` gave.
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

  /** Begins a run, or goes on with one. */
  open(id: string, run: MeasurementRun): void {
    this.close(id);
    this.#runs.set(id, { run, asking: new Map(), giveUp: new AbortController() });
  }

  /** Ends a run; an answer that comes later is nobody's. */
  close(id: string): void {
    this.#runs.get(id)?.giveUp.abort();
    this.#runs.delete(id);
  }

  /** What the limits say now; undefined of a run that is not open. */
  assess(id: string): RunAssessment | undefined {
    const open = this.#runs.get(id);
    if (open === undefined) return undefined;
    const asking = new Set(open.asking.keys());
    return assessMeasurements(open.run, { nowMs: this.#options.platform.nowMs(), isStopped: false, asking });
  }

  #look(): void {
    const nowMs = this.#options.platform.nowMs();
    for (const [id, open] of this.#runs) {
      const { startedAtMs, guards } = open.run;
      const planned = guards.map(({ guard: { name, mode, limits }, tally }) => {
        const { verdict } = assessMetric(limits, tally, { nowMs, isStopped: false });
        return { name, mode, limits, tally, verdict };
      });
      const due = new Set(planMeasurements(planned, { startedAtMs, nowMs }).due);
      for (const one of guards) {
        const { name } = one.guard;
        if (!due.has(name) || open.asking.has(name)) continue;
        open.asking.set(name, this.#measure(id, open, one).catch(this.#options.onError));
      }
    }
  }

  async #measure(id: string, open: OpenRun, one: GuardRun): Promise<void> {
    const { platform, onMeasured } = this.#options;
    const { name } = one.guard;
    try {
      const result = await this.#ask(open, one);
      if (this.#runs.get(id) !== open) return;
      open.run = addResult(open.run, name, { result, atMs: platform.nowMs() });
    } finally {
      open.asking.delete(name);
    }
    onMeasured(id, open.run);
  }

  async #ask({ run, giveUp }: OpenRun, { guard, lastArms }: GuardRun): Promise<MetricResult> {
    const { storage, platform, client, secrets } = this.#options;
    const { query, arms } = guard;
    const nowMs = platform.nowMs();
    const unasked = { window: { startAtMs: nowMs, endAtMs: nowMs }, query: '' };
    const row = await storage.findSettings({ kind: 'provider', scope: run.environment, key: guard.provider });
    if (row === undefined) {
      const message = `There is no metric provider ${guard.provider} in ${run.environment}.`;
      return { status: 'error', ...unasked, class: 'bad_query', message };
    }
    const settings = settingsOf(row);
    const { lagMs } = settings;
    const window = windowOf({ nowMs, lagMs, windowMs: query.windowMs, notBeforeMs: run.startedAtMs });
    if (window === undefined) return { status: 'no_data', ...unasked, watermarkAtMs: nowMs - lagMs, reason: 'not_yet' };
    const provider = makeProvider(settings, { client, secrets, nowMs: platform.nowMs });
    const previous = lastArms === null ? {} : { previous: lastArms };
    return provider.query({ query, arms, window, signal: giveUp.signal, ...previous });
  }
}

interface OpenRun {
  run: MeasurementRun;
  /** By guard: what is under way. */
  readonly asking: Map<string, Promise<void>>;
  readonly giveUp: AbortController;
}
