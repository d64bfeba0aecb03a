import { type AppliedWeight, dueWeightPpm } from '@tidegate/analysis';
import { ADAPTERS_MAX } from '@tidegate/protocol';
import type { Logger } from 'pino';
import { sharedRuns } from '../../shared-runs.ts';
import { readPages } from '../../storage/read-pages.ts';
import type { LeaseToken, RolloutRow, SettingsRow, Storage, TrafficWeightRow } from '../../storage/storage.ts';
import { AdapterDrive } from './adapter-drive.ts';
import { settingsOf } from './adapter-of.ts';
import { type AdapterDeps, makeAdapter } from './make-adapter.ts';

/** What another node decided is noticed within this time, and so is a retry that is due. */
const LOOK_INTERVAL_MS = 1_000;
/** Rollouts of one read. */
const PAGE_LIMIT = 200;

export interface KeeperOptions extends Omit<AdapterDeps, 'platform'> {
  readonly storage: Storage;
  /** Whose environments are ours. */
  readonly accounting: {
    held(): readonly string[];
    holding(environment: string): { readonly lease: LeaseToken } | undefined;
  };
  readonly platform: AdapterDeps['platform'] & {
    every(intervalMs: number, callback: () => void | Promise<void>): () => void;
  };
  readonly log: Logger;
  /** An adapter has confirmed a weight, or lost it. */
  readonly onConfirmation: (environment: string) => void;
}

/** A drive, and what it was made of: other settings make another one. */
interface Driven {
  readonly version: number;
  readonly epoch: number;
  readonly drive: AdapterDrive;
}

/**
 * Keeps weights outside of flags in step with rollouts, in the environments whose lease this node holds. It looks at
 * what is: the weight that is due follows from a rollout's state alone, so that a missed look needs no repair. An
 * adapter follows one rollout from its first weight until the last one is confirmed, however often the server is
 * restarted meanwhile.
 */
export class TrafficKeeper {
  readonly #options: KeeperOptions;
  readonly #looks = new Map<string, () => Promise<void>>();
  readonly #driven = new Map<string, Driven>();
  #isStopped = false;
  #stop: () => void = () => undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  start(): void {
    const { platform, accounting } = this.#options;
    this.#stop = platform.every(LOOK_INTERVAL_MS, async () => {
      const environments = new Set([...this.#looks.keys(), ...accounting.held()]);
      await Promise.all([...environments].map((environment) => this.look(environment)));
    });
  }

  /** Fulfilled once nothing is told to any adapter any more; what was not confirmed is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stop();
    this.#isStopped = true;
    await Promise.all([...this.#looks.values()].map((look) => look()));
    await Promise.all([...this.#driven.values()].map(({ drive }) => drive.stop()));
  }

  /** Says to each adapter what is wanted of it now; fulfilled before they have answered. */
  look(environment: string): Promise<void> {
    let look = this.#looks.get(environment);
    if (look === undefined) {
      look = sharedRuns(() => this.#lookAt(environment));
      this.#looks.set(environment, look);
    }
    return look();
  }

  /** What the adapters of a rollout have confirmed; undefined where another node drives them. */
  appliedTo({ id, environment, plan }: RolloutRow): readonly AppliedWeight[] | undefined {
    if (this.#options.accounting.holding(environment) === undefined) return undefined;
    return plan.traffic?.map(({ adapter }) => {
      const drive = this.#driven.get(placeOf(environment, adapter))?.drive;
      return { adapter, appliedPpm: drive?.confirmedPpm(id) ?? null, detail: drive?.detail ?? '' };
    });
  }

  async #lookAt(environment: string): Promise<void> {
    const { accounting, log } = this.#options;
    const lease = accounting.holding(environment)?.lease;
    if (lease === undefined || this.#isStopped) {
      this.#looks.delete(environment);
      return this.#forget(environment, () => true);
    }
    try {
      await this.#follow(environment, lease);
    } catch (error) {
      log.error({ err: error, environment }, 'traffic adapters could not be looked at; the next look tries again');
    }
  }

  async #follow(environment: string, lease: LeaseToken): Promise<void> {
    const { storage, platform } = this.#options;
    const adapters = await storage.listSettings({ kind: 'adapter', scope: environment }, { limit: ADAPTERS_MAX });
    await this.#forget(environment, (key) => !adapters.some((adapter) => adapter.key === key));
    if (adapters.length === 0) return;
    const stored = await storage.listTrafficWeights(environment);
    const rollouts = await this.#readFollowed(environment, stored);
    const nowMs = platform.nowMs();
    for (const adapter of adapters) {
      const row = stored.find(({ adapterKey }) => adapterKey === adapter.key);
      const steered = this.#steer({ adapter, row, lease, rollout: followedBy(adapter.key, row, { rollouts, nowMs }) });
      // One that cannot be driven must not keep a kill from the others.
      await steered.catch((error: unknown) => {
        this.#options.log.error({ err: error, environment, adapterKey: adapter.key }, 'a traffic adapter has no drive');
      });
    }
  }

  /** Those that run with adapters, oldest first, and those that are over but not seen through. */
  async #readFollowed(environment: string, stored: readonly TrafficWeightRow[]): Promise<readonly RolloutRow[]> {
    const { storage } = this.#options;
    const active = await readPages(
      PAGE_LIMIT,
      (page) => storage.listRollouts(environment, { ...page, active: true }),
      ({ id }) => id,
    );
    const ids = stored.flatMap(({ weight }) => (weight.driven ? [weight.rolloutId] : []));
    const over = [...new Set(ids)].filter((id) => !active.some((rollout) => rollout.id === id));
    const ended = await Promise.all(over.map((id) => storage.findRollout(environment, id)));
    const all = [...active.filter(({ plan }) => plan.traffic !== undefined), ...ended];
    return all.filter((rollout) => rollout !== undefined).toSorted((one, other) => one.createdAtMs - other.createdAtMs);
  }

  async #steer(of: {
    readonly adapter: SettingsRow;
    readonly row: TrafficWeightRow | undefined;
    readonly rollout: RolloutRow | undefined;
    readonly lease: LeaseToken;
  }): Promise<void> {
    const { adapter, row, rollout, lease } = of;
    if (rollout === undefined) return;
    const { id: rolloutId, flagKey, plan, state, active } = rollout;
    const weightPpm = dueWeightPpm(plan, state, this.#options.platform.nowMs());
    const drive = await this.#driveOf(adapter, { row, lease });
    const isSeenThrough = !active && weightPpm !== null && drive.confirmedPpm(rolloutId) === weightPpm;
    if (weightPpm === null || isSeenThrough) {
      this.#driven.delete(placeOf(adapter.scope, adapter.key));
      return drive.release();
    }
    drive.want({ rolloutId, flagKey, weightPpm }, row?.reportedPpm ?? null);
  }

  async #driveOf(
    { scope: environment, key: adapterKey, version, document }: SettingsRow,
    { row, lease }: { readonly row: TrafficWeightRow | undefined; readonly lease: LeaseToken },
  ): Promise<AdapterDrive> {
    const { storage, platform, log, onConfirmation } = this.#options;
    const place = placeOf(environment, adapterKey);
    const known = this.#driven.get(place);
    if (known?.version === version && known.epoch === lease.epoch) return known.drive;
    await known?.drive.stop();
    const settings = settingsOf({ document });
    const options = {
      environment,
      adapterKey,
      settings,
      settingsVersion: version,
      adapter: makeAdapter(settings, environment, this.#options),
      platform,
      log,
      save: (weight: TrafficWeightRow['weight']) =>
        storage.saveTrafficWeight({ environment, adapterKey, weight }, lease),
      onConfirmation: () => onConfirmation(environment),
    };
    const drive = new AdapterDrive(options, row?.weight);
    this.#driven.set(place, { version, epoch: lease.epoch, drive });
    return drive;
  }

  /** Ends the drives of an environment that are not ours, or not there, any more. */
  async #forget(environment: string, isGone: (adapterKey: string) => boolean): Promise<void> {
    const gone = [...this.#driven].filter(
      ([place]) => place.startsWith(`${environment} `) && isGone(place.slice(environment.length + 1)),
    );
    for (const [place] of gone) this.#driven.delete(place);
    await Promise.all(gone.map(([, { drive }]) => drive.stop()));
  }
}

/** The rollout that has the adapter until it lets go of it; else the oldest one that names it and has a say. */
function followedBy(
  adapterKey: string,
  row: TrafficWeightRow | undefined,
  { rollouts, nowMs }: { readonly rollouts: readonly RolloutRow[]; readonly nowMs: number },
): RolloutRow | undefined {
  if (row?.weight.driven === true) return rollouts.find(({ id }) => id === row.weight.rolloutId);
  return rollouts.find(({ id, plan, state }) => {
    if (plan.traffic?.some(({ adapter }) => adapter === adapterKey) !== true) return false;
    // One that is to come leaves alone what is there; one that is undone takes back what it left.
    const leftPpm = row?.weight.rolloutId === id ? row.weight.desiredPpm : 0;
    return (dueWeightPpm(plan, state, nowMs) ?? leftPpm) !== leftPpm;
  });
}

/** Neither environments nor keys have a space. */
function placeOf(environment: string, adapterKey: string): string {
  return `${environment} ${adapterKey}`;
}
