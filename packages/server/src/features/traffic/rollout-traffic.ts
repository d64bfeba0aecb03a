import type { RolloutPlan } from '@tidegate/analysis';
import type { RolloutTraffic } from '@tidegate/protocol';
import { readPages } from '../../storage/read-pages.ts';
import type { RolloutRow, Storage } from '../../storage/storage.ts';

/** Rollouts of one read. */
const PAGE_LIMIT = 200;

/** What each adapter of a rollout is to have and has; undefined for a plan without any. */
export async function readRolloutTraffic(
  storage: Storage,
  { id, environment, plan }: Pick<RolloutRow, 'id' | 'environment' | 'plan'>,
): Promise<readonly RolloutTraffic[] | undefined> {
  if (plan.traffic === undefined) return undefined;
  const rows = await storage.listTrafficWeights(environment);
  return plan.traffic.map(({ adapter }): RolloutTraffic => {
    const weight = rows.find(({ adapterKey }) => adapterKey === adapter)?.weight;
    if (weight?.rolloutId === id) {
      const { desiredPpm, appliedPpm, confirmed, detail } = weight;
      return { adapter, desiredPpm, appliedPpm, confirmed, detail };
    }
    const detail =
      weight?.driven === true
        ? `It follows the rollout ${weight.rolloutId} until that one’s last weight is confirmed.`
        : 'Nothing was wanted of it yet.';
    return { adapter, desiredPpm: null, appliedPpm: null, confirmed: false, detail };
  });
}

export interface TrafficRefusal {
  readonly code: 'unknown-adapter' | 'adapter-in-use';
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

/** Why a plan's adapters cannot be had: they are not there, or follow another rollout than the one that is replaced. */
export async function findTrafficRefusals(
  storage: Storage,
  environment: string,
  { plan: { traffic = [] }, replacedId }: { readonly plan: RolloutPlan; readonly replacedId: string | undefined },
): Promise<readonly TrafficRefusal[]> {
  const refusals = traffic.map(async ({ adapter }, index): Promise<readonly TrafficRefusal[]> => {
    const path = ['traffic', index];
    const settings = await storage.findSettings({ kind: 'adapter', scope: environment, key: adapter });
    if (settings === undefined || settings.document === null) {
      return [{ code: 'unknown-adapter', path, detail: `${environment} has no traffic adapter ${adapter}.` }];
    }
    const owner = await findOwner(storage, environment, adapter);
    if (owner === undefined || owner === replacedId) return [];
    return [{ code: 'adapter-in-use', path, detail: `The adapter ${adapter} follows the rollout ${owner}.` }];
  });
  return (await Promise.all(refusals)).flat();
}

/** The rollout that an adapter follows: one that runs and names it, or that has not seen its last weight confirmed. */
export async function findOwner(
  storage: Storage,
  environment: string,
  adapterKey: string,
): Promise<string | undefined> {
  const driver = await findDriver(storage, environment, adapterKey);
  if (driver !== undefined) return driver;
  const active = await readPages(
    PAGE_LIMIT,
    (page) => storage.listRollouts(environment, { ...page, active: true }),
    ({ id }) => id,
  );
  return active.find(({ plan }) => plan.traffic?.some(({ adapter }) => adapter === adapterKey))?.id;
}

/** The rollout that has set a weight, and has not seen its last one confirmed. */
export async function findDriver(
  storage: Storage,
  environment: string,
  adapterKey: string,
): Promise<string | undefined> {
  const rows = await storage.listTrafficWeights(environment);
  return rows.find((row) => row.adapterKey === adapterKey && row.weight.driven)?.weight.rolloutId;
}
