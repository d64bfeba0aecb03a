import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/server-sdk';
import type { Client } from '@tidegate/sdk-core';
import { contextOf, type ProviderEvent, ProviderLink, resolutionOf } from '@tidegate/sdk-core/openfeature';
import { type ClientOptions, createClient } from '../create-client.ts';

/** What the provider asks of a client. */
export type ProvidedClient = Pick<
  Client,
  'waitForInitialization' | 'on' | 'status' | 'variationDetail' | 'track' | 'flush' | 'close'
>;

/**
 * Tidegate as a provider of OpenFeature's server SDK. An evaluation through it counts, and exposes to rollouts, exactly
 * as `client.variationDetail` does, and like it never throws and does no I/O. The resolver decides the type: an object
 * is asked of json flags only, whatever the default is. Values are frozen.
 *
 * Made with options it has a client of its own, from `initialize` to `onClose`, and may be registered again afterwards.
 * Made with a client it leaves that open: `onClose` sends what was recorded.
 */
export class TidegateProvider implements Provider {
  readonly metadata = { name: 'tidegate' };
  readonly runsOn = 'server';
  readonly events = new OpenFeatureEventEmitter();
  readonly #source: ClientOptions | ProvidedClient;
  readonly #wait: ProviderWaitOptions;
  /** From `initialize` to `onClose`. */
  #client: ProvidedClient | undefined;
  #link: ProviderLink | undefined;

  constructor(source: ClientOptions | ProvidedClient, wait: ProviderWaitOptions = {}) {
    this.#source = source;
    this.#wait = wait;
  }

  /**
   * Fulfilled when flags can be evaluated. PROVIDER_FATAL when the options are wrong or the key is refused,
   * PROVIDER_NOT_READY when no flags came in time; PROVIDER_READY follows when the server answers after all.
   */
  async initialize(): Promise<void> {
    this.#link?.stop();
    this.#client ??= isClient(this.#source) ? this.#source : openClient(this.#source);
    this.#link = new ProviderLink(this.#client, (event) => this.#tell(event));
    const start = await this.#link.start(this.#wait);
    if (start.kind === 'refused') throw new ProviderFatalError(start.message);
    if (start.kind === 'late') throw new ProviderNotReadyError(start.message);
  }

  /** Never rejects. Waits at most 5 s for the server to acknowledge what was recorded. */
  async onClose(): Promise<void> {
    this.#link?.stop();
    const client = this.#client;
    this.#client = undefined;
    await (isClient(this.#source) ? client?.flush() : client?.close());
  }

  async resolveBooleanEvaluation(flagKey: string, defaultValue: boolean, context: EvaluationContext) {
    return this.#resolve({ flagKey, defaultValue, context, ofType: false });
  }

  async resolveStringEvaluation(flagKey: string, defaultValue: string, context: EvaluationContext) {
    return this.#resolve({ flagKey, defaultValue, context, ofType: '' });
  }

  async resolveNumberEvaluation(flagKey: string, defaultValue: number, context: EvaluationContext) {
    return this.#resolve({ flagKey, defaultValue, context, ofType: 0 });
  }

  async resolveObjectEvaluation<T extends JsonValue>(flagKey: string, defaultValue: T, context: EvaluationContext) {
    return this.#resolve({ flagKey, defaultValue, context, ofType: ANY_JSON });
  }

  /** See `Client.track`. Of the details only `value` is sent. */
  track(event: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.#client?.track(event, contextOf(context), details.value === undefined ? {} : { value: details.value });
  }

  #resolve<T>({ flagKey, defaultValue, context, ofType }: Asked<T>): ResolutionDetails<T> {
    const client = this.#client;
    if (client === undefined) {
      return { value: defaultValue, reason: 'ERROR', errorCode: ErrorCode.PROVIDER_NOT_READY };
    }
    const detail = client.variationDetail(flagKey, contextOf(context), ofType);
    const resolution = resolutionOf(detail, { defaultValue, environment: client.status().environment });
    if (resolution.errorCode === undefined) return resolution;
    return { ...resolution, errorCode: ErrorCode[resolution.errorCode] };
  }

  #tell({ kind, ...details }: ProviderEvent): void {
    this.events.emit(ProviderEvents[kind], details);
  }
}

export interface ProviderWaitOptions {
  /** How long `initialize` waits for flags: 5 000 when absent. */
  readonly timeoutMs?: number;
}

interface Asked<T> {
  readonly flagKey: string;
  readonly defaultValue: T;
  readonly context: EvaluationContext;
  /** A value of the wanted type: what a flag is asked with decides which flags may answer. */
  readonly ofType: boolean | string | number | Readonly<Record<string, never>>;
}

const ANY_JSON: Readonly<Record<string, never>> = Object.freeze({});

function isClient(source: ClientOptions | ProvidedClient): source is ProvidedClient {
  return 'variationDetail' in source;
}

/** Options that no client can be made of are the one mistake that no retry mends. */
function openClient(options: ClientOptions): ProvidedClient {
  try {
    return createClient(options);
  } catch (error) {
    throw new ProviderFatalError(error instanceof Error ? error.message : String(error));
  }
}
