import {
  type ClientProblem,
  type Context,
  createListeners,
  createWaiters,
  type Evaluation,
  fail,
  type Initialized,
  type JsonValue,
  LOG_WENT_BACK_AFTER_MS,
  type LogLevel,
  PROTOCOL_VERSION,
  pageEvaluator,
  pageUnitHashes,
  runBranch,
  type Snapshot,
  unitKeyOf,
  type VariationDetail,
  type Widened,
} from '@tidegate/sdk-core';
import type { BrowserClient, InnerClient } from './browser-client.ts';
import type { ClientOptions } from './client-options.ts';
import { createEventReporter } from './event-reporter.ts';
import { followPage } from './follow-page.ts';
import { followServer, type LineOptions } from './follow-server.ts';
import { changedAnswers, type HeldRules, holdRules, snapshotAfter } from './held-rules.ts';
import { after, backOffMs, epochMs, monotonicMs, randomId, sleep } from './platform.ts';
import { type CachedRules, loadRules, saveRules } from './rules-cache.ts';
import { requestsTo } from './send-request.ts';
import { SDK } from './version.ts';

/** Longer than a round of polling takes while the stream cannot be had. */
const STALE_AFTER_MS = 60_000;
/** A gap that the client found by itself: most likely others found it too, so not all at once. */
const GAP_WITHIN_MS = 1_000;
/** No word may send an SDK away for longer. */
const RESYNC_WITHIN_MAX_MS = 60_000;
/** What only this page needs: a context names people. */
const UNSAVED = { context: undefined, evaluator: undefined };
/** Of everything that somebody awaits. */
const TIMEOUT_MS = 5_000;

export interface PageClient {
  readonly client: InnerClient;
  /** Asks the server, from now on. Until then nobody is asked, no timer is set and nothing is listened to. */
  start(): void;
}

export interface PageClientOptions extends Omit<ClientOptions, 'url' | 'logger'> {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly log: (level: LogLevel, message: string) => void;
}

/**
 * What a page has: it answers from the rules in memory, and beside it the line keeps those rules current, the reporter
 * tells what was served, and the cache has them for the next page.
 *
 * Good rules give way only to newer good ones:
 *
 * - for another context (the very object), or of another environment: taken, revisions do not compare;
 * - a higher revision, or the same: taken;
 * - a lower revision: kept out, because a node that lags behind by a second says the same as one whose log went back for
 *   good, and following the first would undo a kill. When nothing but lower revisions came for
 *   `LOG_WENT_BACK_AFTER_MS`, the server was restored from a backup, and the lower revision is taken.
 *
 * Whatever is thrown over what came, what is held still answers.
 */
export function createPageClient(options: PageClientOptions): PageClient {
  const { baseUrl, key, log, privateAttributes, bootstrap, cache = true, staleAfterMs = STALE_AFTER_MS } = options;
  const instance = randomId();
  const send = requestsTo(baseUrl, key);
  const life = new AbortController();
  const waiters = createWaiters({ after });
  const listeners = createListeners({ log });
  let wanted = copyOf(options.context, privateAttributes);
  let makeEvaluator = pageEvaluator;
  let held: HeldRules | undefined;
  /** Where the held rules were last confirmed: where the first ones came from until the server has said a word. */
  let source: Initialized['source'] | undefined;
  /** Where the first rules came from: `ready` was emitted. */
  let readyFrom: Initialized['source'] | undefined;
  /** Nothing but lower revisions came since. */
  let olderSinceMs: number | undefined;
  /** Why the server could not be heard; none since it was. */
  let problem: string | undefined;
  /** Somebody was told that the values of this context did not come in time. */
  let isContextLate = false;
  let isStale = false;
  let confirmedMs = monotonicMs();
  let cancelStaleness: (() => void) | undefined;
  /** Rare words are needed, and will be there or are. */
  let isLearning = false;
  /** The first attempt to load them goes on. */
  let areWordsAwaited = false;
  let closing: Promise<boolean> | undefined;

  const complain = (code: ClientProblem['code'], message: string, isRepeated?: boolean): void => {
    // One line for a row of failures: an outage of a night must not fill a console.
    if (!isRepeated) log('warn', `${code}: ${message}`);
    listeners.emit('error', { code, message });
    waiters.look();
  };
  const events = createEventReporter({ ...options.events, send, instance, waiters, onProblem: complain });
  const onFailed: LineOptions['onFailed'] = (code, message) => {
    const isRepeated = !!problem;
    problem = `${code}: ${message}`;
    complain(code, message, isRepeated);
  };

  const revision = (): number => held?.revision ?? 0;
  const ageMs = (): number => monotonicMs() - confirmedMs;
  const whyNothing = (): string => problem ?? 'no answer';
  /** Whether what the server says now continues what is held: a bootstrap has values where the server has rules. */
  const canContinue = (): boolean => held?.context === wanted && source !== 'bootstrap';
  const hold = (snapshot: Snapshot, from: Initialized['source'] = 'server'): void => {
    held = holdRules(snapshot, wanted, makeEvaluator);
    source = from;
  };
  /** Other rules may be in force. */
  const tellChanges = (before: HeldRules | undefined): void => {
    if (held && source && held !== before) {
      // A value that says so costs a chunk that was not needed.
      if ([...held.answers].join().includes('PARSE_ERROR')) void learn();
      const flagKeys = before ? changedAnswers(before, held) : [];
      if (!readyFrom) {
        readyFrom = source;
        listeners.emit('ready', { source });
      } else if (flagKeys.length) listeners.emit('change', { revision: revision(), flagKeys });
    }
    waiters.look();
  };
  const isOlder = ({ environment, revision }: Snapshot): boolean => {
    if (!held || !canContinue() || environment !== held.environment || revision >= held.revision) return false;
    olderSinceMs ??= monotonicMs();
    return monotonicMs() - olderSinceMs < LOG_WENT_BACK_AFTER_MS;
  };
  const take: LineOptions['take'] = (json, say) => {
    const before = held;
    try {
      const [word, payload] = JSON.parse(json);
      // Each word comes with its own.
      if (word === 'snapshot') {
        if (isOlder(payload)) return 0;
        hold(payload);
      } else if (word === 'delta') {
        if (payload.revision <= revision()) return 0;
        if (!held || payload.fromRevision !== revision()) return GAP_WITHIN_MS;
        hold(snapshotAfter(held, payload));
        // First of all: a kill counts as arrived when the server knows that it did.
        say?.('applied', { revision: revision() });
      } else if (word === 'beat') {
        if (payload.revision !== revision()) return GAP_WITHIN_MS;
      } // What only a newer server says changes nothing.
      else return word === 'resync' ? Math.min(payload.withinMs, RESYNC_WITHIN_MAX_MS) || GAP_WITHIN_MS : 0;
    } catch (error) {
      onFailed('malformed', String(error));
      return GAP_WITHIN_MS;
    }
    const wasAway = problem || isContextLate || isStale;
    source = 'server';
    olderSinceMs = undefined;
    confirmedMs = monotonicMs();
    problem = undefined;
    isContextLate = isStale = false;
    awaitStaleness();
    if (wasAway && readyFrom) listeners.emit('recovered', { revision: revision() });
    tellChanges(before);
    if (held !== before) save();
    return 0;
  };
  const awaitStaleness = (): void => {
    cancelStaleness?.();
    cancelStaleness = after(staleAfterMs, () => {
      if (!held) return;
      isStale = true;
      listeners.emit('stale', { dataAgeMs: ageMs() });
    });
  };
  const learn = async (): Promise<void> => {
    if (isLearning) return;
    isLearning = true;
    areWordsAwaited = true;
    for (let failureCount = 1; !life.signal.aborted; failureCount++) {
      try {
        makeEvaluator = (await import('@tidegate/sdk-core/words')).rulesEvaluator;
        areWordsAwaited = false;
        const before = held;
        if (held) held = holdRules(held, held.context, makeEvaluator);
        return tellChanges(before);
      } catch (error) {
        if (life.signal.aborted) return;
        areWordsAwaited = false;
        complain('language-unavailable', String(error));
        await sleep(backOffMs(failureCount), life.signal);
      }
    }
  };
  const save = (): void => {
    if (!cache || !held) return;
    try {
      saveRules(key, held.context, { ...held, ...UNSAVED, confirmedAtMs: epochMs() });
    } catch {
      // Where a page may store nothing, or nothing more, the next one starts without.
    }
  };
  const takeFirst = (rules: CachedRules, from: 'bootstrap' | 'cache'): void => {
    hold(rules, from);
    // What was written under another clock may come from the future.
    confirmedMs -= Math.max(0, epochMs() - rules.confirmedAtMs);
    tellChanges(undefined);
  };
  const line = followServer({
    baseUrl,
    send,
    take,
    onFailed,
    canContinue,
    hello: () => ({ key, protocol: PROTOCOL_VERSION, sdk: SDK, instance, revision: revision(), context: wanted }),
  });

  const evaluate = (flagKey: string): Evaluation =>
    held ? held.evaluator.evaluate(flagKey, held.context) : fail('PROVIDER_NOT_READY', whyNothing());
  /** The evaluation; one without a value when the default is to be given. */
  const judge = (flagKey: string, defaultValue: unknown): Evaluation => {
    const evaluation = evaluate(flagKey);
    const { value, revision } = evaluation;
    return value !== undefined && typeof value !== typeof defaultValue
      ? fail('TYPE_MISMATCH', typeof value, revision)
      : evaluation;
  };
  /** The same, counted. */
  const serve = (flagKey: string, defaultValue: unknown): Evaluation => {
    const evaluation = judge(flagKey, defaultValue);
    // A default of another type serves nothing of the flag, so nobody counts as exposed to it.
    events.served(flagKey, evaluation, held?.context ?? wanted);
    return evaluation;
  };
  const measure: BrowserClient['measure'] = (flagKey, defaultValue) => {
    const evaluation = serve(flagKey, defaultValue);
    const context = held?.context ?? wanted;
    const startedMs = monotonicMs();
    let tag = evaluation.exposure;
    return {
      value: servedValue(evaluation, defaultValue),
      end({ failed }) {
        if (!tag) return;
        events.happened(`$duration:${flagKey}`, monotonicMs() - startedMs, context, [tag.unit]);
        if (failed) events.happened(`$error:${flagKey}`, 1, context, [tag.unit]);
        tag = undefined;
      },
    };
  };
  const detailOf = <T extends JsonValue | undefined>(
    { exposure: _, ...evaluation }: Evaluation,
    defaultValue: T,
  ): VariationDetail<Widened<T>> => {
    let { reason } = evaluation;
    // How far it is to be trusted replaces the reason of what is not confirmed to be current.
    if (reason !== 'ERROR') reason = isStale ? 'STALE' : source === 'cache' ? 'CACHED' : reason;
    return { ...evaluation, value: servedValue(evaluation, defaultValue), reason };
  };

  try {
    const unitKey = unitKeyOf(wanted, 'targetingKey');
    if (bootstrap && bootstrap.unit === (unitKey && pageUnitHashes(unitKey).h0)) {
      takeFirst(bootstrap, 'bootstrap');
      for (const tag of bootstrap.exposed) events.exposed(tag, wanted, true);
    } // Somebody else's page, from a cache in between: its arms are not this unit's.
    else if (bootstrap) log('warn', 'bootstrap: of another unit');
    const cached = cache && !held && loadRules(key, wanted);
    if (cached) takeFirst(cached, 'cache');
  } catch {
    // Not to be read, damaged, or of another key or context: as good as none.
  }

  const client: InnerClient = {
    events,
    waitForInitialization: ({ timeoutMs = TIMEOUT_MS } = {}) =>
      waiters.wait(timeoutMs, (isLate) => {
        const isEnough = source === 'cache' ? problem : !areWordsAwaited;
        if (source && (isLate || isEnough)) return { source };
        return isLate ? Promise.reject(new Error(`no flags: ${whyNothing()}`)) : undefined;
      }),
    variation: (flagKey, defaultValue) => servedValue(serve(flagKey, defaultValue), defaultValue),
    variationDetail: (flagKey, defaultValue) => detailOf(serve(flagKey, defaultValue), defaultValue),
    peek: (flagKey, defaultValue) => detailOf(judge(flagKey, defaultValue), defaultValue),
    allVariations: () => new Map(held?.flags.map(({ key }) => [key, detailOf(evaluate(key), undefined)])),
    track(event, { value = 1 } = {}) {
      events.happened(event, value, wanted, held?.unitPaths ?? ['targetingKey']);
    },
    measure,
    run(flagKey, branches) {
      const { value, end } = measure(flagKey, false);
      return runBranch(branches[value ? 'treatment' : 'control'], end);
    },
    on: (event, listener) =>
      listeners.on(event, listener, (event === 'ready' && readyFrom && { source: readyFrom }) as never),
    status: () => ({
      source,
      environment: held?.environment,
      revision: revision(),
      connection: line.state(),
      stale: isStale,
      dataAgeMs: held && ageMs(),
    }),
    setContext(context, { timeoutMs = TIMEOUT_MS } = {}) {
      const mine = copyOf(context, privateAttributes);
      wanted = mine;
      isContextLate = false;
      line.restart();
      return waiters.wait(timeoutMs, (isLate) => {
        if (held?.context === mine) return true;
        if (wanted !== mine) return false;
        isContextLate ||= isLate;
        return isLate ? false : undefined;
      });
    },
    flush: ({ timeoutMs = TIMEOUT_MS } = {}) => events.flush(timeoutMs),
    close({ timeoutMs = TIMEOUT_MS } = {}) {
      if (!closing) {
        life.abort();
        line.stop('closed');
        cancelStaleness?.();
        waiters.look(true);
        closing = events.close(timeoutMs);
      }
      return closing;
    },
  };
  return {
    client,
    start() {
      awaitStaleness();
      line.start();
      followPage(events, line, life.signal);
    },
  };
}

/**
 * As JSON has it, which is how it travels: what the page does with its object later changes nothing here. Private
 * attributes are there for rules to read, and JSON leaves them out: of what is sent, and of what says whose the cache is.
 */
function copyOf(context: Context, privateAttributes: readonly string[] = []): Context {
  const copy = JSON.parse(JSON.stringify(context));
  for (const name of privateAttributes) Object.defineProperty(copy, name, { enumerable: false });
  return copy;
}

/** A value was found to be of the default's type, and the default is of its own. */
function servedValue<T extends JsonValue | undefined>({ value }: Evaluation, defaultValue: T): Widened<T> {
  return (value === undefined ? defaultValue : value) as Widened<T>;
}
