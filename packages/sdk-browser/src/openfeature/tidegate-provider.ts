import {
  ErrorCode,
  type EvaluationContext,
  GeneralError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderFatalError,
  ProviderNotReadyError,
  type ResolutionDetails,
  type TrackingEventDetails,
} from '@openfeature/web-sdk';
import { contextOf, type ProviderEvent, ProviderLink, resolutionOf } from '@tidegate/sdk-core/openfeature';
import type { BrowserClient } from '../browser-client.ts';
import type { ClientOptions } from '../client-options.ts';
import { createClient } from '../create-client.ts';

/** What the provider asks of a client. */
export type ProvidedClient = Pick<
  BrowserClient,
  'waitForInitialization' | 'on' | 'status' | 'variationDetail' | 'setContext' | 'track' | 'flush' | 'close'
>;

/** The context is OpenFeature's: `OpenFeature.setContext`. */
export type ProvidedClientOptions = Omit<ClientOptions, 'context'>;

/**
 * Tidegate as a provider of OpenFeature's web SDK. An evaluation through it counts, and exposes to rollouts, exactly as
 * `client.variationDetail` does, and like it never throws and does no I/O. The resolver decides the type: an object is
 * asked of json flags only, whatever the default is. Values are frozen.
 *
 * Made with options it has a client of its own, from `initialize` to `onClose`, and may be registered again afterwards.
 * Made with a client it leaves that open, and leaves it its context for as long as OpenFeature has none.
 */
export class TidegateProvider implements Provider {
  readonly metadata = { name: 'tidegate' };
  readonly runsOn = 'client';
  readonly events = new OpenFeatureEventEmitter();
  readonly #source: ProvidedClientOptions | ProvidedClient;
  readonly #wait: ProviderWaitOptions;
  /** From `initialize` to `onClose`. */
  #client: ProvidedClient | undefined;
  #link: ProviderLink | undefined;
  #contextChange: Promise<boolean> | undefined;

  constructor(source: ProvidedClientOptions | ProvidedClient, wait: ProviderWaitOptions = {}) {
    this.#source = source;
    this.#wait = wait;
  }

  /**
   * Fulfilled when flags can be evaluated for the context. PROVIDER_FATAL when the options are wrong or the key is
   * refused, PROVIDER_NOT_READY when no flags came in time; PROVIDER_READY follows when the server answers after all.
   */
  async initialize(context: EvaluationContext = {}): Promise<void> {
    this.#link?.stop();
    const source = this.#source;
    const client = this.#client ?? (isClient(source) ? source : openClient(source, context));
    this.#client = client;
    const link = new ProviderLink(client, (event) => this.#tell(event));
    this.#link = link;
    const isForAnother = isClient(source) && Object.keys(context).length > 0;
    const change = isForAnother ? client.setContext(contextOf(context), this.#wait) : undefined;
    const start = await link.start(this.#wait);
    if (start.kind === 'refused') throw new ProviderFatalError(start.message);
    if (start.kind === 'late') throw new ProviderNotReadyError(start.message);
    if ((await change) !== false) return;
    link.status = 'Error';
    throw new ProviderNotReadyError(LATE_VALUES);
  }

  /**
   * Fulfilled when the values of the new context are there; flags answer for the old one until then. Rejected when
   * they did not come in time: the client keeps trying, and PROVIDER_READY follows when they do.
   */
  async onContextChange(_: EvaluationContext, context: EvaluationContext): Promise<void> {
    const [client, link] = [this.#client, this.#link];
    if (client === undefined || link === undefined) return;
    const change = client.setContext(contextOf(context), this.#wait);
    this.#contextChange = change;
    const hasArrived = await change;
    // A change that was overtaken is the newer one's affair.
    if (change !== this.#contextChange) return;
    link.status = hasArrived ? 'Ready' : 'Error';
    if (!hasArrived) throw new GeneralError(LATE_VALUES);
  }

  /** Never rejects. Waits at most 5 s for the server to acknowledge what was recorded. */
  async onClose(): Promise<void> {
    this.#link?.stop();
    const client = this.#client;
    this.#client = undefined;
    await (isClient(this.#source) ? client?.flush() : client?.close());
  }

  resolveBooleanEvaluation(flagKey: string, defaultValue: boolean) {
    return this.#resolve({ flagKey, defaultValue, ofType: false });
  }

  resolveStringEvaluation(flagKey: string, defaultValue: string) {
    return this.#resolve({ flagKey, defaultValue, ofType: '' });
  }

  resolveNumberEvaluation(flagKey: string, defaultValue: number) {
    return this.#resolve({ flagKey, defaultValue, ofType: 0 });
  }

  resolveObjectEvaluation<T extends JsonValue>(flagKey: string, defaultValue: T) {
    return this.#resolve({ flagKey, defaultValue, ofType: ANY_JSON });
  }

  /** See `BrowserClient.track`. Of the details only `value` is sent. */
  track(event: string, _: EvaluationContext, details: TrackingEventDetails): void {
    this.#client?.track(event, details.value === undefined ? {} : { value: details.value });
  }

  #resolve<T>({ flagKey, defaultValue, ofType }: Asked<T>): ResolutionDetails<T> {
    const client = this.#client;
    if (client === undefined) {
      return { value: defaultValue, reason: 'ERROR', errorCode: ErrorCode.PROVIDER_NOT_READY };
    }
    const detail = client.variationDetail(flagKey, ofType);
    const resolution = resolutionOf(detail, { defaultValue, environment: client.status().environment });
    if (resolution.errorCode === undefined) return resolution;
    return { ...resolution, errorCode: ErrorCode[resolution.errorCode] };
  }

  #tell({ kind, ...details }: ProviderEvent): void {
    this.events.emit(ProviderEvents[kind], details);
  }
}

export interface ProviderWaitOptions {
  /** How long the start, and a change of context, wait for flags: 5 000 when absent. */
  readonly timeoutMs?: number;
}

interface Asked<T> {
  readonly flagKey: string;
  readonly defaultValue: T;
  /** A value of the wanted type: what a flag is asked with decides which flags may answer. */
  readonly ofType: boolean | string | number | Readonly<Record<string, never>>;
}

const LATE_VALUES = 'the values of the new context did not come in time; flags answer for the one before';
const ANY_JSON: Readonly<Record<string, never>> = Object.freeze({});

function isClient(source: ProvidedClientOptions | ProvidedClient): source is ProvidedClient {
  return 'variationDetail' in source;
}

/** Options that no client can be made of are the one mistake that no retry mends. */
function openClient(options: ProvidedClientOptions, context: EvaluationContext): ProvidedClient {
  try {
    return createClient({ ...options, context: contextOf(context) });
  } catch (error) {
    throw new ProviderFatalError(error instanceof Error ? error.message : String(error));
  }
}
