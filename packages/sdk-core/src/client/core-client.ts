import {
  type Context,
  type Evaluation,
  evaluate,
  evaluateAll,
  type JsonValue,
  type Rules,
  type RulesDocuments,
} from '@tidegate/evaluation';
import { Connection } from '../connection/connection.ts';
import type { Confirmation, ConnectionProblem } from '../connection/reception.ts';
import { EventReporter } from '../events/event-reporter.ts';
import { BATCH_BYTES_MAX, QUEUE_BYTES_MAX } from '../events/limits.ts';
import type { HttpOutcome, Platform } from '../platform.ts';
import { Freshness } from '../rules/freshness.ts';
import type { CachedRules } from '../rules/rules-cache.ts';
import { RulesStore } from '../rules/rules-store.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { type CacheContents, CacheKeeper } from './cache-keeper.ts';
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
import { Initialization } from './initialization.ts';
import { type Listener, Listeners } from './listeners.ts';
import { runBranch } from './run-branch.ts';
import { detailOf, NOT_READY, type Trust, thrown, typeMismatch } from './served.ts';

/**
 * The client that both SDKs are: it answers from the rules in memory, and beside it the connection keeps those rules
 * current, the reporter tells what was served, and the cache keeper saves them for the next start.
 */
export class CoreClient implements Omit<Client, 'explain'> {
  readonly #platform: Platform;
  readonly #store = new RulesStore();
  readonly #freshness: Freshness;
  readonly #connection: Connection;
  readonly #events: EventReporter;
  readonly #cache: CacheKeeper | undefined;
  readonly #initialization: Initialization;
  readonly #listeners: Listeners;
  #context: Context | undefined;
  #contextWaiting: (() => void)[] = [];
  /** Where the first rules came from: `ready` was emitted. */
  #readyFrom: Initialized['source'] | undefined;
  #isFailing = false;
  /** Somebody was told that the values of this context did not come in time. */
  #isContextLate = false;
  #closing: Promise<boolean> | undefined;

  constructor(options: CoreClientOptions) {
    const { platform, key } = options;
    const instance = platform.randomUuid();
    this.#platform = platform;
    this.#context = options.context;
    this.#listeners = new Listeners((event, error) =>
      platform.log('error', `a listener of '${event}' threw: ${error instanceof Error ? error.stack : String(error)}`),
    );
    this.#initialization = new Initialization(platform);
    this.#freshness = new Freshness({
      platform,
      staleAfterMs: options.staleAfterMs ?? STALE_AFTER_MS,
      onStale: () => this.#becomeStale(),
    });
    this.#events = new EventReporter({
      platform,
      key,
      instance,
      flushIntervalMs: options.events?.flushIntervalMs ?? FLUSH_INTERVAL_MS,
      queueBytesMax: options.events?.queueBytesMax ?? QUEUE_BYTES_MAX,
      batchBytesMax: options.eventBatchBytesMax ?? BATCH_BYTES_MAX,
      onFailed: (outcome) => this.#complain({ code: 'events-unreachable', message: describe(outcome) }),
      onDiscarded: (outcome) => this.#complain({ code: 'events-refused', message: describe(outcome) }),
    });
    this.#connection = new Connection({
      platform,
      store: this.#store,
      key,
      instance,
      context: () => this.#context,
      onConfirmed: (confirmation) => this.#confirmed(confirmation),
      onFailed: (problem) => this.#connectionFailed(problem),
    });
    this.#cache =
      platform.cache && new CacheKeeper({ platform, cache: platform.cache, key, contents: () => this.#held });
  }

  /** Loads the cache, where there is one, and then asks the server. */
  start(): void {
    if (this.#cache === undefined) this.#connection.start();
    const context = this.#context;
    this.#cache?.load(context, (cached) => {
      if (this.#closing !== undefined) return;
      this.#connection.start(cached === undefined ? undefined : this.#takeCached(cached, context));
    });
  }

  /** Takes rules that come another way than over the connection, from a file for one: as good as the server's own. */
  take(documents: RulesDocuments & { readonly environment: string }): void {
    const snapshot = { protocol: PROTOCOL_VERSION, ...documents };
    const asked = { context: this.#context, nowMs: this.#platform.monotonicMs() };
    const outcome = this.#store.takeSnapshot(snapshot, asked);
    if (outcome.kind === 'unusable') this.takingFailed(outcome.why);
    else this.#confirmed({ replaced: true, flagKeys: outcome.kind === 'taken' ? outcome.flagKeys : [] });
  }

  /** Where rules are taken from was asked, and they are still current. */
  confirm(): void {
    this.#confirmed({ replaced: false, flagKeys: [] });
  }

  /** Where rules are taken from was asked in vain. */
  takingFailed(message: string): void {
    this.#connectionFailed({ code: 'malformed', message });
  }

  waitForInitialization({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<Initialized> {
    return this.#initialization.wait(timeoutMs);
  }

  variation<T extends JsonValue>(flagKey: string, context: Context, defaultValue: T): Widened<T> {
    const { value } = this.#serve(flagKey, context, defaultValue);
    // `#serve` gives no value of another type than the default's.
    return (value === undefined ? defaultValue : value) as Widened<T>;
  }

  variationDetail<T extends JsonValue>(
    flagKey: string,
    context: Context,
    defaultValue: T,
  ): VariationDetail<Widened<T>> {
    return detailOf(this.#serve(flagKey, context, defaultValue), { defaultValue, trust: this.#trust });
  }

  allVariations(context: Context): ReadonlyMap<string, VariationDetail<JsonValue | undefined>> {
    const { rules } = this.#store;
    const details = new Map<string, VariationDetail<JsonValue | undefined>>();
    if (rules === undefined) return details;
    const about = { defaultValue: undefined, trust: this.#trust };
    for (const [flagKey, evaluation] of evaluateAll(rules, context)) details.set(flagKey, detailOf(evaluation, about));
    return details;
  }

  track(event: string, context: Context, { value = 1 }: { readonly value?: number } = {}): void {
    this.#events.recordOutcome(event, value, { context, paths: this.#store.held?.unitPaths ?? DEFAULT_UNIT_PATHS });
  }

  run<T>(flagKey: string, context: Context, branches: Branches<T>): T {
    const { value, end } = this.measure(flagKey, context, false);
    return runBranch(branches, { treatment: value, end });
  }

  measure<T extends JsonValue>(flagKey: string, context: Context, defaultValue: T): Measurement<Widened<T>> {
    const { value, exposure: tag } = this.#serve(flagKey, context, defaultValue);
    // `#serve` gives no value of another type than the default's.
    const served = (value === undefined ? defaultValue : value) as Widened<T>;
    if (tag === undefined) return { value: served, end: () => undefined };
    const startedMs = this.#platform.monotonicMs();
    let isEnded = false;
    const end = ({ failed }: { readonly failed: boolean }): void => {
      if (isEnded) return;
      isEnded = true;
      const durationMs = this.#platform.monotonicMs() - startedMs;
      this.#events.recordRun({ flagKey, tag, context, durationMs, failed });
    };
    return { value: served, end };
  }

  on<E extends keyof ClientEvents>(event: E, listener: Listener<E>): () => void {
    const subscription = this.#listeners.add(event, listener);
    const source = this.#readyFrom;
    if (event === 'ready' && source !== undefined) {
      // The event is `ready`, and this is what `ready` carries.
      const detail = { source } as ClientEvents[E];
      this.#platform.after(0, () => subscription.tell(detail));
    }
    return subscription.remove;
  }

  status(): ClientStatus {
    const { held, source, revision } = this.#store;
    return {
      source,
      environment: held?.environment,
      revision,
      connection: this.#connection.state.kind,
      stale: held !== undefined && this.#freshness.isStale,
      dataAgeMs: held === undefined ? undefined : this.#freshness.ageMs,
    };
  }

  /** What answers at this moment; undefined before the first rules. For what only one of the SDKs can do. */
  get rules(): Rules | undefined {
    return this.#store.rules;
  }

  /** Whom the held values answer for; undefined for a server key, and before the first values. */
  get heldContext(): Context | undefined {
    return this.#store.held?.context;
  }

  /**
   * Asks for another context's values. What is held goes on answering for the context before until they are there:
   * values and context change in one step. Fulfilled with true when they did, with false after `timeoutMs`, when the
   * client keeps trying; a later call overrides an earlier one.
   */
  setContext(context: Context, { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    this.#context = context;
    this.#isContextLate = false;
    this.#connection.contextChanged();
    return new Promise((resolve) => {
      const timeUp = (): void => {
        this.#isContextLate ||= this.#context === context;
        settle();
      };
      const cancelTimer = this.#platform.after(timeoutMs, timeUp, { holdsProcess: true });
      const settle = (): void => {
        cancelTimer();
        this.#contextWaiting = this.#contextWaiting.filter((other) => other !== settle);
        resolve(this.heldContext === context);
      };
      this.#contextWaiting.push(settle);
    });
  }

  flush({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    return this.#events.flush(timeoutMs);
  }

  /** Starts sending and saving what there is: a page that hides may never run again. */
  hurry(): void {
    this.#events.sendNow();
    if (this.#cache?.isDirty) void this.#cache.saveNow();
  }

  close({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<boolean> {
    this.#connection.close();
    this.#freshness.stop();
    const saved = this.#cache?.isDirty ? this.#cache.saveNow() : undefined;
    const [isDrained] = await Promise.all([this.#events.close(timeoutMs), saved]);
    return isDrained;
  }

  /** The evaluation, counted when it serves a variation; one without a value when the default is to be given. */
  #serve(flagKey: string, context: Context, defaultValue: unknown): Evaluation {
    const { rules } = this.#store;
    if (rules === undefined) return NOT_READY;
    try {
      const evaluation = evaluate(rules, flagKey, context);
      if (evaluation.value === undefined) return evaluation;
      // A default of another type serves nothing of the flag, so nobody counts as exposed to it.
      if (typeof evaluation.value !== typeof defaultValue) return typeMismatch(evaluation, defaultValue);
      this.#events.recordServed(flagKey, evaluation, context);
      return evaluation;
    } catch (error) {
      return thrown(error);
    }
  }

  get #trust(): Trust {
    if (this.#freshness.isStale) return 'stale';
    return this.#store.source === 'cache' ? 'cached' : 'confirmed';
  }

  get #held(): CacheContents {
    return { held: this.#store.held, etag: this.#connection.etag, dataAgeMs: this.#freshness.ageMs };
  }

  /** Gives back the ETag of what was taken. */
  #takeCached({ snapshot, etag, confirmedAtMs }: CachedRules, context: Context | undefined): string | undefined {
    const outcome = this.#store.takeCached(snapshot, context);
    if (outcome.kind !== 'taken') return undefined;
    this.#freshness.startFrom(this.#platform.epochMs() - confirmedAtMs);
    this.#initialization.cacheLoaded();
    this.#becomeReady('cache');
    return etag;
  }

  #confirmed({ replaced, flagKeys }: Confirmation): void {
    const wasReady = this.#readyFrom !== undefined;
    const wasAway = this.#isFailing || this.#isContextLate || this.#freshness.isStale;
    this.#freshness.confirm();
    if (this.#isFailing) this.#platform.log('info', 'the server answers again');
    this.#isFailing = false;
    this.#isContextLate = false;
    this.#initialization.serverAnswered();
    if (replaced) this.#cache?.saveSoon();
    if (this.heldContext === this.#context) for (const settle of this.#contextWaiting) settle();
    if (wasReady && wasAway) this.#listeners.emit('recovered', { revision: this.#store.revision });
    if (!wasReady) this.#becomeReady('server');
    else if (flagKeys.length > 0) this.#listeners.emit('change', { revision: this.#store.revision, flagKeys });
  }

  #becomeReady(source: Initialized['source']): void {
    this.#readyFrom = source;
    this.#listeners.emit('ready', { source });
  }

  #becomeStale(): void {
    if (this.#store.held === undefined) return;
    this.#platform.log('warn', `nothing heard of the server: flags answer from revision ${this.#store.revision}`);
    this.#listeners.emit('stale', { dataAgeMs: this.#freshness.ageMs });
  }

  #connectionFailed(problem: ConnectionProblem): void {
    this.#initialization.attemptFailed(problem.message);
    // One line for a row of failures: an outage of a night must not fill a disk.
    if (this.#isFailing) this.#listeners.emit('error', problem);
    else this.#complain(problem);
    this.#isFailing = true;
  }

  #complain(problem: ClientProblem): void {
    this.#platform.log('warn', `${problem.code}: ${problem.message}`);
    this.#listeners.emit('error', problem);
  }
}

export interface CoreClientOptions {
  readonly platform: Platform;
  readonly key: string;
  /** Browser keys only: whom values are wanted for. Never written to afterwards. */
  readonly context?: Context | undefined;
  /** 60 000 when absent. */
  readonly staleAfterMs?: number | undefined;
  readonly events?: EventOptions | undefined;
  /** Of one request, before compression; what the server takes when absent. */
  readonly eventBatchBytesMax?: number | undefined;
}

export interface EventOptions {
  /** How long an event waits for company before it is sent: 2 000 when absent. */
  readonly flushIntervalMs?: number | undefined;
  /** What may wait while the server is away, beyond which events are dropped and counted: 5 000 000 when absent. */
  readonly queueBytesMax?: number | undefined;
}

/** How long an exposure waits for company: the delay of evidence against the number of requests. */
const FLUSH_INTERVAL_MS = 2_000;
/** Longer than a round of polling takes while the stream cannot be had. */
const STALE_AFTER_MS = 60_000;
/** Of everything that somebody awaits. */
const TIMEOUT_MS = 5_000;
const DEFAULT_UNIT_PATHS = ['targetingKey'];

function describe(outcome: HttpOutcome): string {
  if (outcome.kind === 'failed') return outcome.message;
  return `the server answered a batch of events with status ${outcome.status}: ${outcome.body.slice(0, BODY_CHARS_MAX)}`;
}

/** Enough of a problem's detail to know what is wrong, never enough to fill a log. */
const BODY_CHARS_MAX = 300;
