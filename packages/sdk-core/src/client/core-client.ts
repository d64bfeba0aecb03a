import { type Context, type Evaluation, type Evaluator, fail, type JsonValue } from '@tidegate/evaluation/page';
import { drawDelayMs } from '../connection/backoff.ts';
import { type Connection, type ConnectionOptions, createConnection } from '../connection/connection.ts';
import { createEventReporter, type EventOptions, type EventReporterOptions } from '../events/event-reporter.ts';
import type { CancelTimer, Platform } from '../platform.ts';
import {
  type CachedRules,
  type CacheOwner,
  cacheName,
  readCachedRules,
  writeCachedRules,
} from '../rules/rules-cache.ts';
import { createRulesStore, type HeldRules } from '../rules/rules-store.ts';
import { createWaiters } from '../waiters.ts';
import type { Client, ClientEvents, ClientProblem, Initialized, VariationDetail, Widened } from './client-api.ts';

/**
 * The client that both SDKs are: it answers from the rules in memory, and beside it the connection keeps those rules
 * current, the reporter tells what was served, and the cache has them for the next start.
 */
export interface CoreClient extends Omit<Client, 'explain'> {
  /** Answers from the text that `Platform.save` was given, where that is still fit for it, and asks the server. */
  start(cachedText?: string | null): void;
  /** What answers at this moment; undefined before the first rules. For what only one of the SDKs can do. */
  evaluator(): Evaluator | undefined;
  /** Whom the held values answer for; undefined for a server key, and before the first values. */
  heldContext(): Context | undefined;
  /**
   * Asks for another context's values. What is held goes on answering for the context before until they are there:
   * values and context change in one step. Fulfilled with true when they did, with false after `timeoutMs`, when the
   * client keeps trying; a later call overrides an earlier one, which is then fulfilled with false.
   */
  setContext(context: Context, options?: { readonly timeoutMs?: number }): Promise<boolean>;
  /** Starts sending and saving what there is: a page that hides may never run again. */
  hurry(): void;
}

export interface CoreClientOptions {
  readonly platform: Platform;
  readonly key: string;
  /** The flags that may answer otherwise, for `change`. */
  readonly changedBetween: (before: HeldRules, after: HeldRules) => readonly string[];
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
/** Writing ten thousand flags takes tens of milliseconds: not at each change of a busy afternoon. */
const SAVE_INTERVAL_MS = 5_000;
const DEFAULT_UNIT_PATHS = ['targetingKey'];

export function createCoreClient(options: CoreClientOptions): CoreClient {
  const { platform, key, changedBetween, staleAfterMs = STALE_AFTER_MS, connect = createConnection } = options;
  const { after, monotonicMs, epochMs, save, log } = platform;
  const instance = platform.randomUuid();
  const store = createRulesStore(platform);
  const waiters = createWaiters(platform);
  /** In the order in which they were added; a function that was added twice is told twice. */
  const listeners = new Set<readonly [event: string, tell: (detail: never) => void]>();
  let { context } = options;
  /** What was last looked at for changes. */
  let seen: HeldRules | undefined;
  /** Where the first rules came from: `ready` was emitted. */
  let readyFrom: Initialized['source'] | undefined;
  /** Why the last attempt to reach the server failed; kept until the end, for who waits in vain. */
  let lastProblem: string | undefined;
  let isFailing = false;
  /** Somebody was told that the values of this context did not come in time. */
  let isContextLate = false;
  let isStale = false;
  let confirmedMs = monotonicMs();
  let cancelStale: CancelTimer | undefined;
  let cancelSave: CancelTimer | undefined;
  let closing: Promise<boolean> | undefined;
  /** Of the words that the evaluator does not know. */
  let learning: 'no' | 'first' | 'again' = 'no';
  let learnFailureCount = 0;
  let cancelLearn: CancelTimer | undefined;

  const emit = <E extends keyof ClientEvents>(event: E, detail: ClientEvents[E]): void => {
    for (const listener of [...listeners]) if (listener[0] === event) tell(listener, detail);
  };
  /** A listener that throws is logged, and disturbs nothing. */
  const tell = (listener: readonly [event: string, tell: (detail: never) => void], detail: unknown): void => {
    try {
      // Told only what belongs to the event that it was added for.
      if (listeners.has(listener)) listener[1](detail as never);
    } catch (error) {
      log('error', `${listener[0]} listener: ${error instanceof Error ? error.stack : String(error)}`);
    }
  };
  /** One line for a row of failures: an outage of a night must not fill a disk. */
  const complain = (problem: ClientProblem, isRepeated = false): void => {
    if (!isRepeated) log('warn', textOf(problem));
    emit('error', problem);
    waiters.look();
  };

  const events = createEventReporter({ ...options.events, platform, key, instance, onProblem: complain });
  const connection = connect({
    platform,
    store,
    key,
    instance,
    context: () => context,
    onConfirmed() {
      const wasAway = isFailing || isContextLate || isStale;
      confirmedMs = monotonicMs();
      isFailing = false;
      isContextLate = false;
      awaitStaleness();
      if (store.held()?.evaluator !== seen?.evaluator) cancelSave ??= save && after(SAVE_INTERVAL_MS, saveNow);
      if (wasAway && readyFrom) emit('recovered', { revision: store.revision() });
      lookForChanges();
    },
    onFailed(problem) {
      const isRepeated = isFailing;
      isFailing = true;
      lastProblem = textOf(problem);
      complain(problem, isRepeated);
    },
  });

  const ageMs = (): number => monotonicMs() - confirmedMs;
  /** A new client has its full patience, whatever the age of its cache. */
  const awaitStaleness = (): void => {
    cancelStale?.();
    isStale = false;
    cancelStale = after(staleAfterMs, () => {
      isStale = true;
      if (!store.held()) return;
      log('warn', 'stale: nothing heard of the server');
      emit('stale', { dataAgeMs: ageMs() });
    });
  };
  awaitStaleness();

  /** Other rules may be in force. */
  const lookForChanges = (): void => {
    const [before, held, source] = [seen, store.held(), store.source()];
    const isOther = held?.evaluator !== before?.evaluator;
    seen = held;
    if (isOther) void learn();
    waiters.look();
    if (held === undefined || source === undefined) return;
    if (readyFrom === undefined) {
      readyFrom = source;
      emit('ready', { source });
      return;
    }
    // Which flags a change reaches takes a walk through all of them: only for who wants to know.
    if (!isOther || ![...listeners].some(([event]) => event === 'change')) return;
    let flagKeys = held.flags.map((flag) => flag.key);
    try {
      if (before) flagKeys = [...changedBetween(before, held)];
    } catch {
      // Documents that cannot be compared: any flag may answer otherwise.
    }
    if (flagKeys.length > 0) emit('change', { revision: held.revision, flagKeys });
  };

  /**
   * The rare words of the flag language come in a chunk of their own, which a page loads when the rules that it holds
   * speak them. Until it is there, the flags that need it answer the default with PARSE_ERROR, and all others as ever: a
   * kill never waits for a chunk. A chunk that cannot be had is asked for again, as long as it is needed.
   */
  const learn = async (): Promise<void> => {
    const { loadEvaluator } = platform;
    if (learning !== 'no' || !loadEvaluator || closing || store.held()?.evaluator.understands() !== false) return;
    learning = 'first';
    try {
      store.learn(await loadEvaluator());
      seen = undefined;
      learning = 'no';
      lookForChanges();
    } catch (error) {
      if (closing) return;
      learning = 'again';
      learnFailureCount += 1;
      cancelLearn = after(drawDelayMs(platform, learnFailureCount), () => {
        learning = 'no';
        void learn();
      });
      complain({ code: 'language-unavailable', message: String(error) });
    }
  };

  const cacheOwner = (of: Context | undefined): CacheOwner => ({ key, context: of, unitHashes: platform.unitHashes });
  /** Saves what waits to be saved. A cache that cannot be written costs a warm start, never more. */
  const saveNow = async (): Promise<void> => {
    const held = store.held();
    if (!cancelSave || !save || !held) return;
    cancelSave();
    cancelSave = undefined;
    try {
      await save(cacheName(key, platform), writeCachedRules(held, cacheOwner(held.context), epochMs() - ageMs()));
    } catch (error) {
      log('warn', `cache: ${String(error)}`);
    }
  };

  const takeCached = (cached: CachedRules): void => {
    store.takeCached(cached, { context, etag: cached.etag });
    // A cache that was written under another clock may come from the future.
    confirmedMs -= Math.max(0, epochMs() - cached.confirmedAtMs);
    lookForChanges();
  };
  const close = async (timeoutMs: number): Promise<boolean> => {
    connection.close();
    cancelStale?.();
    cancelLearn?.();
    const told = events.close(timeoutMs);
    await saveNow();
    return told;
  };

  const evaluate = (flagKey: string, context: Context): Evaluation => {
    try {
      return store.held()?.evaluator.evaluate(flagKey, context) ?? fail('PROVIDER_NOT_READY', 'no flags have come yet');
    } catch (error) {
      // Only a context can do that: a getter that throws, for one.
      return fail('GENERAL', String(error));
    }
  };
  /** The evaluation, counted when it serves a variation; one without a value when the default is to be given. */
  const serve = (flagKey: string, context: Context, defaultValue: unknown): Evaluation => {
    const evaluation = evaluate(flagKey, context);
    const { value, revision } = evaluation;
    // A default of another type serves nothing of the flag, so nobody counts as exposed to it.
    if (value !== undefined && typeof value !== typeof defaultValue) {
      return fail('TYPE_MISMATCH', `expected ${typeof defaultValue}, got ${typeof value}`, revision);
    }
    events.recordEvaluation(flagKey, evaluation, context);
    return evaluation;
  };
  const measure: CoreClient['measure'] = (flagKey, context, defaultValue) => {
    const evaluation = serve(flagKey, context, defaultValue);
    const startedMs = monotonicMs();
    let tag = evaluation.exposure;
    return {
      value: servedValue(evaluation, defaultValue),
      end({ failed }) {
        if (!tag) return;
        const paths = [tag.unit];
        tag = undefined;
        events.recordOutcome(`$duration:${flagKey}`, monotonicMs() - startedMs, context, paths);
        if (failed) events.recordOutcome(`$error:${flagKey}`, 1, context, paths);
      },
    };
  };
  const detailOf = <T extends JsonValue | undefined>(
    { exposure: _, ...evaluation }: Evaluation,
    defaultValue: T,
  ): VariationDetail<Widened<T>> => {
    const { reason } = evaluation;
    // How far it is to be trusted replaces the reason of what is not confirmed to be current.
    const trusted = isStale ? 'STALE' : store.source() === 'cache' ? 'CACHED' : reason;
    return {
      ...evaluation,
      value: servedValue(evaluation, defaultValue),
      reason: reason === 'ERROR' ? reason : trusted,
    };
  };

  return {
    measure,
    evaluator: () => store.held()?.evaluator,
    heldContext: () => store.held()?.context,
    start(cachedText) {
      if (closing) return;
      try {
        if (cachedText) takeCached(readCachedRules(cachedText, cacheOwner(context)));
      } catch {
        // Of another key or context, or damaged: as good as none.
      }
      connection.start();
    },
    waitForInitialization: ({ timeoutMs = TIMEOUT_MS } = {}) =>
      waiters.wait(timeoutMs, (isLate) => {
        const source = store.source();
        const isEnough = source === 'cache' ? lastProblem : learning !== 'first';
        if (source && (isLate || isEnough)) return { source };
        if (!isLate) return undefined;
        return Promise.reject(new Error(`no flags after ${timeoutMs} ms: ${lastProblem ?? 'no answer yet'}`));
      }),
    variation: (flagKey, context, defaultValue) => servedValue(serve(flagKey, context, defaultValue), defaultValue),
    variationDetail: (flagKey, context, defaultValue) => detailOf(serve(flagKey, context, defaultValue), defaultValue),
    allVariations: (context) =>
      new Map((store.held()?.flags ?? []).map((flag) => [flag.key, detailOf(evaluate(flag.key, context), undefined)])),
    track(event, context, { value = 1 } = {}) {
      events.recordOutcome(event, value, context, store.held()?.unitPaths() ?? DEFAULT_UNIT_PATHS);
    },
    run(flagKey, context, branches) {
      const { value, end } = measure(flagKey, context, false);
      return runBranch(branches[value ? 'treatment' : 'control'], end);
    },
    on(event, listener) {
      const added = [event, listener] as const;
      listeners.add(added);
      if (event === 'ready' && readyFrom) after(0, () => tell(added, { source: readyFrom }));
      return () => void listeners.delete(added);
    },
    status() {
      const held = store.held();
      return {
        source: store.source(),
        environment: held?.environment,
        revision: store.revision(),
        connection: connection.state(),
        stale: !!held && isStale,
        dataAgeMs: held && ageMs(),
      };
    },
    setContext(wanted, { timeoutMs = TIMEOUT_MS } = {}) {
      context = wanted;
      isContextLate = false;
      connection.contextChanged();
      return waiters.wait(timeoutMs, (isLate) => {
        if (store.held()?.context === wanted) return true;
        if (context !== wanted) return false;
        isContextLate ||= isLate;
        return isLate ? false : undefined;
      });
    },
    flush: ({ timeoutMs = TIMEOUT_MS } = {}) => events.flush(timeoutMs),
    hurry() {
      events.sendNow();
      void saveNow();
    },
    close({ timeoutMs = TIMEOUT_MS } = {}) {
      closing ??= close(timeoutMs);
      return closing;
    },
  };
}

function textOf({ code, message }: ClientProblem): string {
  return `${code}: ${message}`;
}

/** A value was found to be of the default's type, and the default is of its own. */
function servedValue<T extends JsonValue | undefined>({ value }: Evaluation, defaultValue: T): Widened<T> {
  return (value === undefined ? defaultValue : value) as Widened<T>;
}

/** `end` learns how a branch went when it has ended: for a promise, when that is settled. */
function runBranch<T>(branch: () => T, end: (result: { readonly failed: boolean }) => void): T {
  const fulfilled = <V>(value: V): V => {
    end({ failed: false });
    return value;
  };
  const failed = (error: unknown): never => {
    end({ failed: true });
    throw error;
  };
  try {
    const result = branch();
    // T is a promise of what `result` is a promise of: the same values and rejections go on.
    return isPromiseLike(result) ? (result.then(fulfilled, failed) as T) : fulfilled(result);
  } catch (error) {
    return failed(error);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  // Objects that are no promise, and what has no properties, have no `then`.
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
