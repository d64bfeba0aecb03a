import type { Context, Evaluation, Evaluator, JsonValue } from '@tidegate/evaluation/page';
import {
  type Connection,
  type ConnectionOptions,
  type ConnectionProblem,
  createConnection,
} from '../connection/connection.ts';
import {
  createEventReporter,
  type EventOptions,
  type EventReporter,
  type EventReporterOptions,
} from '../events/event-reporter.ts';
import type { Platform } from '../platform.ts';
import { createFreshness, type Freshness } from '../rules/freshness.ts';
import { createLanguageLearner, type LanguageLearner } from '../rules/language-learner.ts';
import type { CachedRules } from '../rules/rules-cache.ts';
import {
  type ChangedBetween,
  createRulesStore,
  isTaken,
  type RulesOutcome,
  type RulesStore,
} from '../rules/rules-store.ts';
import { createWaiters, type Waiters } from '../waiters.ts';
import { type CacheKeeper, createCacheKeeper } from './cache-keeper.ts';
import type {
  Branches,
  Client,
  ClientEvents,
  ClientProblem,
  ClientStatus,
  Initialized,
  Measurement,
  VariationDetail,
  Widened,
} from './client-api.ts';
import { createListeners, type Listener, type Listeners } from './listeners.ts';
import { runBranch } from './run-branch.ts';
import { detailOf, NOT_READY, thrown, typeMismatch } from './served.ts';

/**
 * The client that both SDKs are: it answers from the rules in memory, and beside it the connection keeps those rules
 * current, the reporter tells what was served, and the cache keeper saves them for the next start.
 */
export class CoreClient implements Omit<Client, 'explain'> {
  readonly #platform: Platform;
  readonly #store: RulesStore;
  readonly #freshness: Freshness;
  readonly #connection: Connection;
  readonly #events: EventReporter;
  readonly #cache: CacheKeeper | undefined;
  readonly #learner: LanguageLearner;
  readonly #waiters: Waiters;
  readonly #listeners: Listeners;
  #context: Context | undefined;
  /** Where the first rules came from: `ready` was emitted. */
  #readyFrom: Initialized['source'] | undefined;
  /** Why the last attempt to reach the server failed; kept until the end, for who waits in vain. */
  #lastProblem: string | undefined;
  #isFailing = false;
  /** Somebody was told that the values of this context did not come in time. */
  #isContextLate = false;
  #closing: Promise<boolean> | undefined;

  constructor(options: CoreClientOptions) {
    const { platform, key } = options;
    const onProblem = (problem: ClientProblem): void => this.#complain(problem);
    const instance = platform.randomUuid();
    const store = createRulesStore(platform, options.changedBetween);
    this.#platform = platform;
    this.#store = store;
    this.#context = options.context;
    this.#listeners = createListeners(platform);
    this.#waiters = createWaiters(platform);
    this.#freshness = createFreshness(platform, options.staleAfterMs ?? STALE_AFTER_MS, () => this.#becomeStale());
    this.#events = createEventReporter({ ...options.events, platform, key, instance, onProblem });
    this.#learner = createLanguageLearner({
      platform,
      store,
      onLearned: (outcome) => this.#changed(outcome),
      onProblem,
    });
    this.#connection = (options.connect ?? createConnection)({
      platform,
      store,
      key,
      instance,
      context: () => this.#context,
      onConfirmed: (outcome) => this.#confirmed(outcome),
      onFailed: (problem) => this.#connectionFailed(problem),
    });
    this.#cache =
      platform.cache &&
      createCacheKeeper(platform, platform.cache, {
        key,
        held: store.held,
        dataAgeMs: this.#freshness.ageMs,
      });
  }

  /** Loads the cache, where there is one, and then asks the server. */
  start(): void {
    const context = this.#context;
    if (this.#cache === undefined) this.#connection.start();
    this.#cache?.load(context, (cached) => {
      if (this.#closing !== undefined) return;
      if (cached !== undefined) this.#takeCached(cached, context);
      this.#connection.start();
    });
  }

  waitForInitialization({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<Initialized> {
    return this.#waiters.wait(timeoutMs, (isLate) => {
      const source = this.#store.source();
      const isEnough = source === 'cache' ? this.#lastProblem !== undefined : !this.#learner.isLearning();
      if (source !== undefined && (isLate || isEnough)) return { source };
      if (!isLate) return undefined;
      const why = this.#lastProblem ?? 'no answer yet';
      return Promise.reject(new Error(`no flags after ${timeoutMs} ms: ${why}`));
    });
  }

  variation<T extends JsonValue>(flagKey: string, context: Context, defaultValue: T): Widened<T> {
    return servedValue(this.#serve(flagKey, context, defaultValue), defaultValue);
  }

  variationDetail<T extends JsonValue>(
    flagKey: string,
    context: Context,
    defaultValue: T,
  ): VariationDetail<Widened<T>> {
    return detailOf(this.#serve(flagKey, context, defaultValue), { defaultValue, trusted: this.#trusted });
  }

  allVariations(context: Context): ReadonlyMap<string, VariationDetail<JsonValue | undefined>> {
    const about = { defaultValue: undefined, trusted: this.#trusted };
    const flags = this.#store.held()?.flags ?? [];
    return new Map(flags.map(({ key }) => [key, detailOf(this.#evaluate(key, context), about)]));
  }

  track(event: string, context: Context, { value = 1 }: { readonly value?: number } = {}): void {
    this.#events.recordOutcome(event, value, { context, paths: this.#store.held()?.unitPaths() ?? DEFAULT_UNIT_PATHS });
  }

  run<T>(flagKey: string, context: Context, branches: Branches<T>): T {
    const { value, end } = this.measure(flagKey, context, false);
    return runBranch(branches, { treatment: value, end });
  }

  measure<T extends JsonValue>(flagKey: string, context: Context, defaultValue: T): Measurement<Widened<T>> {
    const evaluation = this.#serve(flagKey, context, defaultValue);
    const startedMs = this.#platform.monotonicMs();
    let tag = evaluation.exposure;
    return {
      value: servedValue(evaluation, defaultValue),
      end: ({ failed }) => {
        const measured = tag;
        tag = undefined;
        if (measured === undefined) return;
        const durationMs = this.#platform.monotonicMs() - startedMs;
        this.#events.recordRun({ flagKey, tag: measured, context, durationMs, failed });
      },
    };
  }

  on<E extends keyof ClientEvents>(event: E, listener: Listener<E>): () => void {
    const { remove, tell } = this.#listeners.add(event, listener);
    const source = this.#readyFrom;
    // The event is `ready`, and this is what `ready` carries.
    if (event === 'ready' && source) this.#platform.after(0, () => tell({ source } as ClientEvents[E]));
    return remove;
  }

  status(): ClientStatus {
    const held = this.#store.held();
    return {
      source: this.#store.source(),
      environment: held?.environment,
      revision: this.#store.revision(),
      connection: this.#connection.state(),
      stale: held !== undefined && this.#freshness.isStale(),
      dataAgeMs: held && this.#freshness.ageMs(),
    };
  }

  /** What answers at this moment; undefined before the first rules. For what only one of the SDKs can do. */
  get evaluator(): Evaluator | undefined {
    return this.#store.held()?.evaluator;
  }

  /** Whom the held values answer for; undefined for a server key, and before the first values. */
  get heldContext(): Context | undefined {
    return this.#store.held()?.context;
  }

  /**
   * Asks for another context's values. What is held goes on answering for the context before until they are there:
   * values and context change in one step. Fulfilled with true when they did, with false after `timeoutMs`, when the
   * client keeps trying; a later call overrides an earlier one, which is then fulfilled with false.
   */
  setContext(context: Context, { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    this.#context = context;
    this.#isContextLate = false;
    this.#connection.contextChanged();
    return this.#waiters.wait(timeoutMs, (isLate) => {
      if (this.heldContext === context) return true;
      if (this.#context !== context) return false;
      this.#isContextLate ||= isLate;
      return isLate ? false : undefined;
    });
  }

  flush({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    return this.#events.flush(timeoutMs);
  }

  /** Starts sending and saving what there is: a page that hides may never run again. */
  hurry(): void {
    this.#events.sendNow();
    void this.#cache?.saveNow();
  }

  close({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<boolean> {
    this.#connection.close();
    this.#freshness.stop();
    this.#learner.stop();
    const [isDrained] = await Promise.all([this.#events.close(timeoutMs), this.#cache?.saveNow()]);
    return isDrained;
  }

  /** The evaluation, counted when it serves a variation; one without a value when the default is to be given. */
  #serve(flagKey: string, context: Context, defaultValue: unknown): Evaluation {
    const evaluation = this.#evaluate(flagKey, context);
    const { value } = evaluation;
    // A default of another type serves nothing of the flag, so nobody counts as exposed to it.
    if (value !== undefined && typeof value !== typeof defaultValue) return typeMismatch(evaluation, defaultValue);
    this.#events.recordEvaluation(flagKey, evaluation, context);
    return evaluation;
  }

  #evaluate(flagKey: string, context: Context): Evaluation {
    const { evaluator } = this;
    try {
      return evaluator?.evaluate(flagKey, context) ?? NOT_READY;
    } catch (error) {
      return thrown(error);
    }
  }

  get #trusted(): 'CACHED' | 'STALE' | undefined {
    if (this.#freshness.isStale()) return 'STALE';
    return this.#store.source() === 'cache' ? 'CACHED' : undefined;
  }

  #takeCached({ snapshot, etag, confirmedAtMs }: CachedRules, context: Context | undefined): void {
    const outcome = this.#store.takeCached(snapshot, { context, etag });
    if (outcome instanceof Error) return;
    this.#freshness.startFrom(this.#platform.epochMs() - confirmedAtMs);
    this.#changed(outcome);
  }

  #confirmed(outcome: RulesOutcome): void {
    const wasAway = this.#isFailing || this.#isContextLate || this.#freshness.isStale();
    this.#freshness.confirm();
    this.#isFailing = false;
    this.#isContextLate = false;
    if (isTaken(outcome)) this.#cache?.saveSoon();
    if (wasAway && this.#readyFrom) this.#listeners.emit('recovered', { revision: this.#store.revision() });
    this.#changed(outcome);
  }

  /** Other rules may be in force. */
  #changed(outcome: RulesOutcome): void {
    const source = this.#store.source();
    if (isTaken(outcome)) this.#learner.look();
    this.#waiters.look();
    if (this.#readyFrom === undefined && source !== undefined) {
      this.#readyFrom = source;
      this.#listeners.emit('ready', { source });
      return;
    }
    // Which flags a change reaches takes a walk through all of them: only for who wants to know.
    if (!isTaken(outcome) || !this.#listeners.isHeard('change')) return;
    const flagKeys = outcome.changedFlags();
    if (flagKeys.length > 0) this.#listeners.emit('change', { revision: this.#store.revision(), flagKeys });
  }

  #becomeStale(): void {
    if (this.#store.held() === undefined) return;
    this.#platform.log('warn', 'stale: nothing heard of the server');
    this.#listeners.emit('stale', { dataAgeMs: this.#freshness.ageMs() });
  }

  #connectionFailed(problem: ConnectionProblem): void {
    const isRepeated = this.#isFailing;
    this.#isFailing = true;
    this.#lastProblem = textOf(problem);
    this.#complain(problem, isRepeated);
  }

  /** One line for a row of failures: an outage of a night must not fill a disk. */
  #complain(problem: ClientProblem, isRepeated = false): void {
    if (!isRepeated) this.#platform.log('warn', textOf(problem));
    this.#listeners.emit('error', problem);
    this.#waiters.look();
  }
}

export interface CoreClientOptions {
  readonly platform: Platform;
  readonly key: string;
  /** The flags that may answer otherwise, for `change`. */
  readonly changedBetween: ChangedBetween;
  /** Browser keys only: whom values are wanted for. Never written to afterwards. */
  readonly context?: Context | undefined;
  /** 60 000 when absent. */
  readonly staleAfterMs?: number | undefined;
  readonly events?: (EventOptions & Pick<EventReporterOptions, 'batchBytesMax'>) | undefined;
  /** Where rules come from: the server when absent. */
  readonly connect?: ((options: ConnectionOptions) => Connection) | undefined;
}

/** Longer than a round of polling takes while the stream cannot be had. */
const STALE_AFTER_MS = 60_000;
/** Of everything that somebody awaits. */
const TIMEOUT_MS = 5_000;
const DEFAULT_UNIT_PATHS = ['targetingKey'];

/** What is given for a value that is none or, as `#serve` sees to it, of the default's type. */
function servedValue<T extends JsonValue>({ value }: Evaluation, defaultValue: T): Widened<T> {
  return (value === undefined ? defaultValue : value) as Widened<T>;
}

function textOf({ code, message }: ClientProblem): string {
  return `${code}: ${message}`;
}
