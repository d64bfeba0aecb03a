import type {
  AnyFlags,
  BooleanFlagKey,
  Branches,
  Client,
  Context,
  CoreClient,
  FlagKey,
  JsonValue,
  Measurement,
  ValueOf,
  VariationDetail,
} from '@tidegate/sdk-core';

/** The client of a page: as in Node, for the one context that the page has at a time. */
export interface BrowserClient<F extends object = AnyFlags>
  extends Pick<Client<F>, 'waitForInitialization' | 'on' | 'status' | 'flush' | 'close'> {
  variation<K extends FlagKey<F>, T extends F[K]>(flagKey: K, defaultValue: T): ValueOf<F, K, T>;
  variationDetail<K extends FlagKey<F>, T extends F[K]>(flagKey: K, defaultValue: T): VariationDetail<ValueOf<F, K, T>>;
  /**
   * As `variationDetail`, told to nobody: neither counted nor an exposure. For what is computed before it is known
   * whether anybody will see it, such as a render.
   */
  peek<K extends FlagKey<F>, T extends F[K]>(flagKey: K, defaultValue: T): VariationDetail<ValueOf<F, K, T>>;
  /** Every flag. Counts nothing, and exposes nobody. */
  allVariations(): ReadonlyMap<string, VariationDetail<JsonValue | undefined>>;
  /** See `Client.track` of the Node SDK. Counts for the newest context, whose values may still be on their way. */
  track(event: string, outcome?: { readonly value?: number }): void;
  /** See `Client.run` of the Node SDK. */
  run<T>(flagKey: BooleanFlagKey<F>, branches: Branches<T>): T;
  /** See `Client.measure` of the Node SDK. */
  measure<K extends FlagKey<F>, T extends F[K]>(flagKey: K, defaultValue: T): Measurement<ValueOf<F, K, T>>;
  /**
   * Another user, or more known of the same one. Values answer for the context before until the new ones are there,
   * and then change together (`change`): nobody is shown, or counted for, a mixture. Fulfilled with true when they did,
   * with false after `timeoutMs` (5 000 when absent), when the client keeps trying; a later call overrides.
   */
  setContext(context: Context, options?: { readonly timeoutMs?: number }): Promise<boolean>;
}

export interface BrowserClientOptions {
  /** A copy of our own. */
  readonly context: Context;
  readonly privateAttributes?: readonly string[] | undefined;
  readonly onClose: () => void;
}

/** What every `BrowserClient` is, for the other entries of this package. */
export interface InnerClient extends BrowserClient, Pick<CoreClient, 'events' | 'held'> {}

export function browserClient(core: CoreClient, options: BrowserClientOptions): InnerClient {
  let wanted = options.context;
  const { privateAttributes, onClose } = options;
  const answering = (): Context => core.held()?.context ?? wanted;
  return {
    ...core,
    variation: (flagKey, defaultValue) => core.variation(flagKey, answering(), defaultValue),
    variationDetail: (flagKey, defaultValue) => core.variationDetail(flagKey, answering(), defaultValue),
    peek: (flagKey, defaultValue) => core.peek(flagKey, answering(), defaultValue),
    allVariations: () => core.allVariations(answering()),
    track: (event, outcome) => core.track(event, wanted, outcome),
    run: (flagKey, branches) => core.run(flagKey, answering(), branches),
    measure: (flagKey, defaultValue) => core.measure(flagKey, answering(), defaultValue),
    setContext(context, waiting) {
      wanted = copyOf(context, privateAttributes);
      return core.setContext(wanted, waiting);
    },
    close(waiting) {
      onClose();
      return core.close(waiting);
    },
  };
}

/**
 * As JSON has it, which is how it travels: what the page does with its object later changes nothing here. Private
 * attributes are there for rules to read, and JSON leaves them out: of what is sent, and of what seals the cache.
 */
export function copyOf(context: Context, privateAttributes: readonly string[] = []): Context {
  const copy = JSON.parse(JSON.stringify(context));
  for (const name of privateAttributes) Object.defineProperty(copy, name, { enumerable: false });
  return copy;
}
