import type { Platform } from '../../platform.ts';
import type { LeaseToken, Storage } from '../../storage/storage.ts';
import { Accountant } from './accountant.ts';

/** Another node may take an environment over this long after its holder fell silent. */
const LEASE_TTL_MS = 10_000;
/** Renewed well before it ends, so that one slow write does not lose it; and whatever else takes long meanwhile. */
const LEASE_RENEW_MS = 3_000;
/** Batches that other nodes appended are found by reading, not by notification. */
const READ_INTERVAL_MS = 500;
/** Records of many commits are read together: a read after each costs a tenth of what ingest can take. */
const READ_GATHER_MS = 20;
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

/** Told of the rollouts whose evidence changed. */
type EvidenceListener = (environment: string, rolloutIds: ReadonlySet<string>) => void;

/**
 * Which environments this node accounts for: one accountant for each lease held. `onEvidence` calls back after new
 * records were applied, which is when decisions are due.
 *
 *     lease taken ─▶ opening (checkpoint, tail of the log) ─▶ holding ─▶ lease lost, or books broken: given up
 *
 * Leases are renewed in every state, however long a tail is; and an epoch is never shared. The database takes a holder
 * by its name, so that a predecessor of that name which did not die, or a second node that was given it by mistake,
 * would write checkpoints beside ours. So an epoch that this very object was not given before is given back and taken
 * again, which ends every other's.
 */
export class Accounting {
  readonly #options: AccountingOptions;
  readonly #openings = new Map<string, LeaseToken>();
  readonly #holdings = new Map<string, Holding>();
  readonly #woken = new Set<string>();
  readonly #listeners = new Set<EvidenceListener>();
  #stops: (() => void)[] = [];
  #isStopped = false;

  constructor(options: AccountingOptions) {
    this.#options = options;
  }

  /** Fulfilled once whatever is free is held. */
  async start(): Promise<void> {
    const { platform } = this.#options;
    this.#stops = [
      platform.every(LEASE_RENEW_MS, () => this.#renewLeases().then(() => undefined)),
      platform.every(READ_INTERVAL_MS, () => this.#readAll()),
    ];
    const openings = await this.#renewLeases();
    await Promise.all(openings);
  }

  /** New records of an environment are durable: they are read soon, once for however many wakes. */
  wake(environment: string): void {
    if (this.#woken.has(environment)) return;
    this.#woken.add(environment);
    this.#options.platform.after(READ_GATHER_MS, () => {
      this.#woken.delete(environment);
      return this.#read(environment);
    });
  }

  onEvidence(listener: EvidenceListener): void {
    this.#listeners.add(listener);
  }

  holding(environment: string): Holding | undefined {
    return this.#holdings.get(environment);
  }

  held(): readonly string[] {
    return [...this.#holdings.keys()];
  }

  /** Writes what was counted and gives the leases back. What fails is told of, and left to the next holder to replay. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    this.#stops = [];
    const { storage, onError } = this.#options;
    const held = [...this.#holdings.values()];
    const opening = [...this.#openings.values()];
    this.#holdings.clear();
    this.#openings.clear();
    await Promise.all([
      ...held.map((holding) => this.#putDown(holding).catch(onError)),
      ...opening.map((lease) => storage.releaseLease(lease).catch(onError)),
    ]);
  }

  async #putDown({ accountant, lease }: Holding): Promise<void> {
    await accountant.readOn();
    await accountant.checkpoint('now');
    await this.#options.storage.releaseLease(lease);
  }

  /** Fulfilled with what became of the environments that were not held before. */
  async #renewLeases(): Promise<readonly Promise<void>[]> {
    const { storage, onError } = this.#options;
    const openings: Promise<void>[] = [];
    for (let after: string | undefined; ; ) {
      const page = await storage
        .listEnvironments(null, { limit: PAGE_LIMIT, ...(after === undefined ? {} : { after }) })
        .catch((error: unknown) => {
          onError(error);
          return [];
        });
      for (const { environment } of page) {
        const taken = await this.#renewLease(environment).catch(onError);
        if (taken) openings.push(this.#open(environment, taken));
      }
      after = page.at(-1)?.environment;
      if (page.length < PAGE_LIMIT) return openings;
    }
  }

  /** Fulfilled with a lease that is new to us, or undefined when it is held as before, or by another node. */
  async #renewLease(environment: string): Promise<LeaseToken | undefined> {
    const { storage, node, onError } = this.#options;
    const name = leaseName(environment);
    const take = () => storage.acquireLease(name, node, LEASE_TTL_MS);
    const found = await take();
    const known = this.#openings.get(environment) ?? this.#holdings.get(environment)?.lease;
    if (found !== undefined && found.epoch === known?.epoch) return undefined;
    if (known !== undefined) {
      onError(new Error(`the lease of ${environment} ran out, or a process that calls itself ${node} too took it`));
      this.#giveUp(environment);
    }
    if (found === undefined || this.#isStopped) return undefined;
    await storage.releaseLease(found);
    return take();
  }

  /** Reads up to the end of the log, writing checkpoints on the way: what was replayed need not be replayed again. */
  async #open(environment: string, lease: LeaseToken): Promise<void> {
    const { storage, platform, onError } = this.#options;
    this.#openings.set(environment, lease);
    const isOurs = () => this.#openings.get(environment) === lease;
    try {
      const accountant = await Accountant.open({ storage, environment, lease, platform });
      const stopCheckpoints = platform.every(LEASE_RENEW_MS, async () => void (await accountant.checkpoint('due')));
      await accountant.readOn().finally(stopCheckpoints);
      if (isOurs() && !this.#isStopped) this.#holdings.set(environment, { accountant, lease });
    } catch (error) {
      onError(error);
    } finally {
      if (isOurs()) this.#openings.delete(environment);
    }
    this.#tell(environment);
  }

  async #readAll(): Promise<void> {
    await Promise.all([...this.#holdings.keys()].map((environment) => this.#read(environment)));
  }

  async #read(environment: string): Promise<void> {
    const holding = this.#holdings.get(environment);
    if (holding === undefined) return;
    const { accountant } = holding;
    try {
      if ((await accountant.readOn()) > 0) this.#tell(environment);
      if ((await accountant.checkpoint('due')) === 'lease-lost') this.#giveUp(environment, holding);
    } catch (error) {
      // The database did not answer, and nothing was applied: the next read goes on. But books that were left in the
      // middle of a record are worth nothing, and are made anew from the last checkpoint.
      if (!accountant.isIntact) this.#giveUp(environment, holding);
      this.#options.onError(error);
    }
  }

  #tell(environment: string): void {
    const holding = this.#holdings.get(environment);
    if (holding === undefined) return;
    const changed = holding.accountant.takeChanged();
    for (const listener of this.#listeners) listener(environment, changed);
  }

  #giveUp(environment: string, holding = this.#holdings.get(environment)): void {
    if (this.#holdings.get(environment) === holding) this.#holdings.delete(environment);
    this.#openings.delete(environment);
  }
}

function leaseName(environment: string): string {
  return `accountant:${environment}`;
}
