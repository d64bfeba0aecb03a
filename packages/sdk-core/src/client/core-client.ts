import { type Context, type Evaluation, fail, type JsonValue } from '@tidegate/evaluation/page';
import { type Connection, type ConnectionOptions, createConnection } from '../connection/connection.ts';
import {
  createEventReporter,
  type EventOptions,
  type EventReporter,
  type EventReporterOptions,
} from '../events/event-reporter.ts';
import type { Platform } from '../platform.ts';
import { affectedFlags } from '../rules/affected-flags.ts';
import { type CacheOwner, cacheName, readCachedRules, writeCachedRules } from '../rules/rules-cache.ts';
import { createRulesStore, type HeldRules } from '../rules/rules-store.ts';
import { createTimer } from '../timer.ts';
import { createWaiters } from '../waiters.ts';
import type { Client, ClientProblem, Initialized, VariationDetail, Widened } from './client-api.ts';
import { createListeners } from './listeners.ts';
import { runBranch } from './run-branch.ts';

/**
 * The client of servers, and of whatever answers for many contexts at once: it answers from the rules in memory, and
 * beside it the connection keeps those rules current, the reporter tells what was served, and the cache has them for the
 * next start. A page has another one, which has one context, and no more code than that takes (docs/adr/0012).
 */
export interface CoreClient extends Omit<Client, 'explain'> {
  /**
   * Answers from the text that `Platform.save` was given, where it is fit for it. What goes wrong with it costs a warm
   * start, never more. Nothing is asked yet, and no timer runs.
   */
  restore(text: string | undefined): void;
  /** Asks the server. */
  start(): void;
  /** What answers at this moment; undefined before the first rules. For what only one of the SDKs can do. */
  held(): HeldRules | undefined;
  /** Where everything is reported. For what only one of the SDKs can do. */
  readonly events: EventReporter;
}

export interface CoreClientOptions {
  readonly platform: Platform;
  readonly key: string;
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

export function createCoreClient(options: CoreClientOptions): CoreClient {
  const { platform, key, staleAfterMs = STALE_AFTER_MS, connect = createConnection } = options;
  const { monotonicMs, epochMs, log } = platform;
  const instance = platform.randomUuid();
  const store = createRulesStore(platform);
  const waiters = createWaiters(platform);
  const listeners = createListeners(platform);
  /** What was last looked at for changes. */
  let seen: HeldRules | undefined;
  /** Where the first rules came from: `ready` was emitted. */
  let readyFrom: Initialized['source'] | undefined;
  /** Why the last attempt to reach the server failed; kept until the end, for who waits in vain. */
  let lastProblem: string | undefined;
  let isFailing = false;
  /** Somebody wanted to know what changed: what is compared for nobody costs time. */
  let isChangeHeard = false;
  let isStale = false;
  let confirmedMs = monotonicMs();
  const staleTimer = createTimer(platform);
  let closing: Promise<boolean> | undefined;
  /** One line for a row of failures: an outage of a night must not fill a disk. */
  const complain = (problem: ClientProblem, isRepeated = false): void => {
    if (!isRepeated) log('warn', textOf(problem));
    listeners.emit('error', problem);
    waiters.look();
  };

  const events = createEventReporter({ ...options.events, platform, instance, onProblem: complain });
  const connection = connect({
    platform,
    store,
    key,
    instance,
    onConfirmed() {
      const wasAway = isFailing || isStale;
      confirmedMs = monotonicMs();
      isFailing = false;
      isStale = false;
      awaitStaleness();
      const isOther = store.held()?.evaluator !== seen?.evaluator;
      if (wasAway && readyFrom) listeners.emit('recovered', { revision: store.revision() });
      lookForChanges();
      if (isOther) saveRules();
    },
    onFailed(problem) {
      const isRepeated = isFailing;
      isFailing = true;
      lastProblem = textOf(problem);
      complain(problem, isRepeated);
    },
  });

  const whyNothing = (): string => lastProblem ?? 'no answer yet';
  const ageMs = (): number => monotonicMs() - confirmedMs;
  /** A new client has its full patience, whatever the age of its cache. */
  const awaitStaleness = (): void => {
    staleTimer.start(staleAfterMs, () => {
      isStale = true;
      if (!store.held()) return;
      log('warn', 'stale');
      listeners.emit('stale', { dataAgeMs: ageMs() });
    });
  };

  /** Other rules may be in force. */
  const lookForChanges = (): void => {
    const [before, held, source] = [seen, store.held(), store.source()];
    const isOther = held?.evaluator !== before?.evaluator;
    seen = held;
    waiters.look();
    if (held === undefined || source === undefined) return;
    if (readyFrom === undefined) {
      readyFrom = source;
      listeners.emit('ready', { source });
      return;
    }
    // Which flags a change reaches takes a walk through all of them: only for who wants to know.
    if (!isOther || !isChangeHeard) return;
    let flagKeys = held.flags.map((flag) => flag.key);
    try {
      if (before) flagKeys = affectedFlags(before, held);
    } catch {
      // Documents that cannot be compared: any flag may answer otherwise.
    }
    if (flagKeys.length > 0) listeners.emit('change', { revision: held.revision, flagKeys });
  };

  const cacheOwner: CacheOwner = { ...platform, key };
  const saveRules = (): void => {
    const makeText = (): string => {
      const held = store.held();
      return held ? writeCachedRules(held, cacheOwner, epochMs() - ageMs()) : '';
    };
    try {
      platform.save?.(cacheName(key, platform), makeText);
    } catch (error) {
      log('warn', `cache: ${String(error)}`);
    }
  };
  const close = (timeoutMs: number): Promise<boolean> => {
    connection.close();
    staleTimer.stop();
    waiters.look(true);
    return events.close(timeoutMs);
  };

  const evaluate = (flagKey: string, context: Context): Evaluation => {
    try {
      return store.held()?.evaluator.evaluate(flagKey, context) ?? fail('PROVIDER_NOT_READY', whyNothing());
    } catch (error) {
      // Only a context can do that: a getter that throws, for one.
      return fail('GENERAL', String(error));
    }
  };
  /** The evaluation, counted; one without a value when the default is to be given. */
  const serve = (flagKey: string, context: Context, defaultValue: unknown): Evaluation => {
    const found = evaluate(flagKey, context);
    const { value, revision } = found;
    // A default of another type serves nothing of the flag, so nobody counts as exposed to it.
    const evaluation =
      value !== undefined && typeof value !== typeof defaultValue
        ? fail('TYPE_MISMATCH', `expected ${typeof defaultValue}, got ${typeof value}`, revision)
        : found;
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
    held: store.held,
    events,
    restore(text) {
      if (!text) return;
      try {
        const rules = readCachedRules(text, cacheOwner);
        store.takeFirst(rules, rules.etag);
        // What was written under another clock may come from the future.
        confirmedMs -= Math.max(0, epochMs() - rules.confirmedAtMs);
        lookForChanges();
      } catch {
        // Not to be read, damaged, or of another key: as good as none.
      }
    },
    start() {
      if (closing) return;
      awaitStaleness();
      connection.start();
    },
    waitForInitialization: ({ timeoutMs = TIMEOUT_MS } = {}) =>
      waiters.wait(timeoutMs, (isLate) => {
        const source = store.source();
        const isEnough = source === 'server' || lastProblem;
        if (source && (isLate || isEnough)) return { source };
        if (!isLate) return undefined;
        return Promise.reject(new Error(`no flags after ${timeoutMs} ms: ${whyNothing()}`));
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
      isChangeHeard ||= event === 'change';
      // What belongs to an event that has been is that of `ready`, which is one of them.
      return listeners.on(event, listener, event === 'ready' && readyFrom && ({ source: readyFrom } as never));
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
    flush: ({ timeoutMs = TIMEOUT_MS } = {}) => events.flush(timeoutMs),
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
