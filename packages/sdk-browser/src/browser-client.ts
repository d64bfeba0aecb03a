import type {
  AnyFlags,
  BooleanFlagKey,
  Branches,
  Client,
  Context,
  FlagKey,
  JsonValue,
  Measurement,
  ValueOf,
  VariationDetail,
} from '@tidegate/sdk-core';
import type { EventReporter } from './event-reporter.ts';

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

/** What every `BrowserClient` is, for the other entries of this package. */
export interface InnerClient extends BrowserClient {
  readonly events: EventReporter;
}
