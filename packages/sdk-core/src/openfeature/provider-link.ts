import type { Client, ClientEvents } from '../client/client-api.ts';

/** What of a client tells how it stands. */
type LinkedClient = Pick<Client, 'waitForInitialization' | 'on' | 'status'>;

/** Of OpenFeature's provider events those that a provider emits by itself, under the names of its enumeration. */
export interface ProviderEvent {
  readonly kind: 'Ready' | 'Stale' | 'ConfigurationChanged' | 'Error';
  readonly message?: string;
  readonly flagsChanged?: string[];
}

/** `refused`: 401 or 403, and nothing to answer from. `late`: no flags in time. The client keeps trying in both cases. */
type Start =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'late'; readonly message: string };

/**
 * What a client's events are to an OpenFeature SDK, which keeps one status per provider:
 *
 *     client      stale    key-refused, malformed    recovered, ready    change
 *     provider    STALE    ERROR                     READY               CONFIGURATION_CHANGED
 *
 * A status is told when it becomes another one, never twice in a row. An attempt that failed is no error yet, because
 * the client tries again and the flags held are good: it is `stale` when that lasts. In STALE and ERROR evaluation goes
 * on from the flags held.
 */
export class ProviderLink {
  /** What the SDK takes the provider for: it concludes READY and ERROR from promises, too. */
  status: 'Ready' | 'Stale' | 'Error' = 'Ready';
  readonly #client: LinkedClient;
  readonly #tell: (event: ProviderEvent) => void;
  #ends: readonly (() => void)[] = [];
  #isStopped = false;

  constructor(client: LinkedClient, tell: (event: ProviderEvent) => void) {
    this.#client = client;
    this.#tell = tell;
  }

  /** Waits for flags, and tells nothing meanwhile: the SDK concludes it from what its provider does next. */
  async start(options: { readonly timeoutMs?: number }): Promise<Start> {
    const start = await this.#waitForFlags(options);
    if (this.#isStopped) return start;
    this.status = start.kind === 'ready' ? 'Ready' : 'Error';
    this.#ends = [
      this.#client.on('ready', () => this.#become('Ready')),
      this.#client.on('recovered', () => this.#become('Ready')),
      this.#client.on('stale', ({ dataAgeMs }) =>
        this.#become('Stale', `nothing heard of the server for ${dataAgeMs} ms`),
      ),
      this.#client.on('error', (problem) => {
        if (isLasting(problem)) this.#become('Error', `${problem.code}: ${problem.message}`);
      }),
      this.#client.on('change', ({ flagKeys }) =>
        this.#tell({ kind: 'ConfigurationChanged', flagsChanged: [...flagKeys] }),
      ),
    ];
    return start;
  }

  stop(): void {
    this.#isStopped = true;
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  async #waitForFlags(options: { readonly timeoutMs?: number }): Promise<Start> {
    let stopListening = (): void => undefined;
    // A refused key will hardly be accepted within the time: whoever waits learns it at once.
    const refused = new Promise<Start>((resolve) => {
      stopListening = this.#client.on('error', ({ code, message }) => {
        const hasFlags = this.#client.status().source !== undefined;
        if (code === 'key-refused' && !hasFlags) resolve({ kind: 'refused', message });
      });
    });
    const waited = this.#client.waitForInitialization(options).then(
      (): Start => ({ kind: 'ready' }),
      (error: unknown): Start => ({ kind: 'late', message: error instanceof Error ? error.message : String(error) }),
    );
    try {
      return await Promise.race([waited, refused]);
    } finally {
      stopListening();
    }
  }

  #become(status: 'Ready' | 'Stale' | 'Error', message?: string): void {
    if (status === this.status) return;
    this.status = status;
    this.#tell({ kind: status, ...(message === undefined ? {} : { message }) });
  }
}

/** What waiting alone does not mend. What the reporting of events suffers is no matter of evaluation. */
function isLasting({ code }: ClientEvents['error']): boolean {
  return code === 'key-refused' || code === 'malformed';
}
