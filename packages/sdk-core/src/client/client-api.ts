import type { Context, ErrorCode, Explanation, JsonValue, Reason } from '@tidegate/evaluation';

/**
 * The flags of an application, their values' types by key: what `tidegate codegen` writes, for `createClient<Flags>()`.
 * A value of another type than the default's is never served, so what the types say holds as far as the default does.
 */
export interface AnyFlags {
  readonly [flagKey: string]: JsonValue;
}

/** The keys that may be asked for: any text while no flags are named. */
export type FlagKey<F> = keyof F & string;

/** What `variation` gives: the flag's own type, or, while no flags are named, that of the default. */
export type ValueOf<F, K extends keyof F, T> = string extends keyof F ? Widened<T> : F[K];

/** The keys of flags that are on or off. */
export type BooleanFlagKey<F> = string extends keyof F
  ? string
  : { [K in keyof F]: F[K] extends boolean ? K : never }[keyof F] & string;

/**
 * What applications use. Evaluation answers from memory: it never throws, never blocks and does no I/O, and whatever
 * is wrong, the caller's default comes back with the reason ERROR and a code. Everything else happens beside it.
 */
export interface Client<F extends object = AnyFlags> {
  /**
   * Fulfilled when flags can be evaluated: with `server` as soon as the server has answered, with `cache` when the
   * first attempt to reach it failed, or the time is up, and a cached snapshot is there. Rejected when the time is up
   * and there is nothing; the client keeps trying all the same, and evaluation gives defaults meanwhile.
   *
   * @param options.timeoutMs 5 000 when absent.
   */
  waitForInitialization(options?: { readonly timeoutMs?: number }): Promise<Initialized>;
  /** The value for this context; `defaultValue` when there is none of its type. */
  variation<K extends FlagKey<F>, T extends F[K]>(flagKey: K, context: Context, defaultValue: T): ValueOf<F, K, T>;
  /** The value, and why. Counts as an evaluation exactly as `variation` does. */
  variationDetail<K extends FlagKey<F>, T extends F[K]>(
    flagKey: K,
    context: Context,
    defaultValue: T,
  ): VariationDetail<ValueOf<F, K, T>>;
  /** Every flag for one context. Serves nobody: counts nothing and exposes nobody to a rollout. */
  allVariations(context: Context): ReadonlyMap<string, VariationDetail<JsonValue | undefined>>;
  /** The steps of one evaluation. Counts nothing. Undefined before the first rules have come. Not in browsers. */
  explain(flagKey: FlagKey<F>, context: Context): Explanation | undefined;
  /**
   * Something that the context's unit did: `track('purchase', context, { value: 19.9 })`. The value is 1 when absent.
   * Nothing is sent for a context without a unit. A name longer than 256 characters and a value that is no finite
   * number are refused: they count as dropped.
   */
  track(event: string, context: Context, outcome?: { readonly value?: number }): void;
  /**
   * Runs one branch of a boolean flag: `treatment` when it is true, `control` when it is false or cannot be evaluated.
   * Gives back what the branch gives, and throws what it throws. While a rollout measures the context's unit, how long
   * the branch took is reported as the outcome `$duration:FLAG` (ms), and a throw or rejection as `$error:FLAG`.
   */
  run<T>(flagKey: BooleanFlagKey<F>, context: Context, branches: Branches<T>): T;
  /**
   * The value with a stopwatch, for code that does not fit into two functions: reports what `run` reports when `end` is
   * called, and nothing when it never is.
   */
  measure<K extends FlagKey<F>, T extends F[K]>(
    flagKey: K,
    context: Context,
    defaultValue: T,
  ): Measurement<ValueOf<F, K, T>>;
  /** Calls back until the returned function is called. A listener that throws is logged and disturbs nothing. */
  on<E extends keyof ClientEvents>(event: E, listener: (detail: ClientEvents[E]) => void): () => void;
  /** How the client stands: for health pages and logs. */
  status(): ClientStatus;
  /**
   * Sends what was recorded so far, without waiting for the interval. Fulfilled with false when it was not acknowledged
   * within `timeoutMs` (5 000 when absent): nothing is lost by that, the client keeps trying.
   */
  flush(options?: { readonly timeoutMs?: number }): Promise<boolean>;
  /**
   * Ends the connection and drains the events, at most for `timeoutMs` (5 000 when absent). Fulfilled with false when
   * some remained. Evaluation goes on from what is held; nothing is recorded any more. May be called twice.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<boolean>;
}

export interface Initialized {
  /** `bootstrap`: what the page came with. Browsers only. */
  readonly source: 'server' | 'cache' | 'bootstrap';
}

/**
 * `reason` is the evaluation's own, with two exceptions that say how far to trust it: STALE when the server was not
 * heard for longer than `staleAfterMs`, else CACHED while only a cached snapshot is there. ERROR is never replaced. In
 * Node, OVERRIDE is the reason of what an override decided.
 */
export interface VariationDetail<T> {
  readonly value: T;
  /** Undefined when the default was given. */
  readonly variation: string | undefined;
  readonly reason: Reason | 'OVERRIDE';
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly ruleId?: string;
  /** Of the flag that answered; 0 when there is none. */
  readonly revision: number;
}

/** A default of `false` asks for a boolean, not for `false`. */
export type Widened<T> = T extends boolean ? boolean : T extends number ? number : T extends string ? string : T;

export interface Branches<T> {
  readonly control: () => T;
  readonly treatment: () => T;
}

export interface Measurement<T> {
  readonly value: T;
  /** Only the first call counts. */
  end(result: { readonly failed: boolean }): void;
}

export interface ClientEvents {
  /** Once, when the first rules are there; also for a listener that comes later. */
  readonly ready: Initialized;
  /** Other rules are in force; `flagKeys` are the flags that may answer otherwise now. */
  readonly change: { readonly revision: number; readonly flagKeys: readonly string[] };
  /** The server was not heard for `staleAfterMs`. Evaluation goes on. */
  readonly stale: { readonly dataAgeMs: number };
  /** The server answers again after `stale`, an `error` of the connection, or a context whose values were late. */
  readonly recovered: { readonly revision: number };
  /** An attempt failed, or what came could not be used. The client keeps what it has and tries again. */
  readonly error: ClientProblem;
}

export interface ClientProblem {
  /**
   * `key-refused`: 401 or 403. `events-refused`: a batch of events can never be accepted and is lost.
   * `language-unavailable`: a page could not load the rare words that a flag speaks; such flags answer PARSE_ERROR
   * until it can.
   */
  readonly code:
    | 'unreachable'
    | 'key-refused'
    | 'malformed'
    | 'events-unreachable'
    | 'events-refused'
    | 'language-unavailable';
  readonly message: string;
}

export interface ClientStatus {
  /** Where the held rules were last confirmed; undefined before the first. */
  readonly source: Initialized['source'] | undefined;
  /** `project/environment`. */
  readonly environment: string | undefined;
  /** 0 when nothing is held. */
  readonly revision: number;
  readonly connection: 'idle' | 'fetching' | 'connecting' | 'streaming' | 'waiting' | 'closed';
  readonly stale: boolean;
  /** Since the server last confirmed what is held; undefined when nothing is. */
  readonly dataAgeMs: number | undefined;
}
