import type { Platform } from '../../platform.ts';
import type { LeaseToken, Storage } from '../../storage/storage.ts';
import { Accountant } from './accountant.ts';

/** Another node may take an environment over this long after its holder fell silent. */
const LEASE_TTL_MS = 10_000;
/** Renewed well before it ends, so that one slow write does not lose it. */
const LEASE_RENEW_MS = 3_000;
/** Batches that other nodes appended are found by reading, not by notification. */
const READ_INTERVAL_MS = 500;
/** Environments per page while listing them. */
const PAGE_LIMIT = 500;

export interface AccountingOptions {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly node: string;
  readonly onError: (error: unknown) => void;
}

/** What the holder of an environment's lease works with. */
export interface Holding {
  readonly accountant: Accountant;
  readonly lease: LeaseToken;
}

/**
 * Which environments this node accounts for: one accountant for each lease held. `onEvidence` calls back after new
 * records were applied, which is when decisions are due.
 */
export class Accounting {
  readonly #options: AccountingOptions;
  readonly #holdings = new Map<string, Holding>();
  readonly #woken = new Set<string>();
  readonly #listeners = new Set<(environment: string) => void>();
  #stops: (() => void)[] = [];

  constructor(options: AccountingOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { platform } = this.#options;
    await this.#renewLeases();
    this.#stops = [
      platform.every(LEASE_RENEW_MS, () => this.#renewLeases()),
      platform.every(READ_INTERVAL_MS, () => this.#readAll()),
    ];
  }

  /** New records of an environment are durable: read them in the next turn, once for however many wakes. */
  wake(environment: string): void {
    if (this.#woken.has(environment)) return;
    this.#woken.add(environment);
    setImmediate(() => {
      this.#woken.delete(environment);
      void this.#read(environment);
    });
  }

  onEvidence(listener: (environment: string) => void): void {
    this.#listeners.add(listener);
  }

  holding(environment: string): Holding | undefined {
    return this.#holdings.get(environment);
  }

  held(): readonly string[] {
    return [...this.#holdings.keys()];
  }

  /** Takes the environment now if it is free: a new environment need not wait for the next round. */
  async hold(environment: string): Promise<Holding | undefined> {
    const known = this.#holdings.get(environment);
    const { storage, node, platform } = this.#options;
    const lease = await storage.acquireLease(leaseName(environment), node, LEASE_TTL_MS);
    if (lease === undefined) {
      this.#holdings.delete(environment);
      return undefined;
    }
    if (known !== undefined && known.lease.epoch === lease.epoch) return known;
    const accountant = await Accountant.open({ storage, environment, lease, nowMs: platform.nowMs });
    await accountant.readOn();
    const holding = { accountant, lease };
    this.#holdings.set(environment, holding);
    return holding;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    for (const { accountant, lease } of this.#holdings.values()) {
      await accountant.readOn();
      await accountant.checkpoint('now');
      await this.#options.storage.releaseLease(lease);
    }
    this.#holdings.clear();
  }

  async #renewLeases(): Promise<void> {
    const { storage, onError } = this.#options;
    for (let after: string | undefined; ; ) {
      const page = await storage
        .listEnvironments(null, { limit: PAGE_LIMIT, ...(after === undefined ? {} : { after }) })
        .catch((error: unknown) => {
          onError(error);
          return [];
        });
      for (const { environment } of page) await this.hold(environment).catch(onError);
      after = page.at(-1)?.environment;
      if (page.length < PAGE_LIMIT) return;
    }
  }

  async #readAll(): Promise<void> {
    for (const environment of this.#holdings.keys()) await this.#read(environment);
  }

  async #read(environment: string): Promise<void> {
    const holding = this.#holdings.get(environment);
    if (holding === undefined) return;
    try {
      const applied = await holding.accountant.readOn();
      if (applied > 0) for (const listener of this.#listeners) listener(environment);
      await holding.accountant.checkpoint('due');
    } catch (error) {
      // The position has not moved past what failed, so nothing is lost; but a half-applied state must not live on.
      this.#holdings.delete(environment);
      this.#options.onError(error);
    }
  }
}

function leaseName(environment: string): string {
  return `accountant:${environment}`;
}
