import type { RolloutView } from '@tidegate/protocol';
import { isRefusal } from '../api/http-client.ts';
import type { TidegateApi } from '../api/tidegate-api.ts';
import { UsageError } from '../errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By rollout id, or by flag key: the flag's active rollout, else its newest. */
export async function findRollout(api: TidegateApi, which: string): Promise<RolloutView> {
  if (UUID.test(which)) {
    try {
      return await api.getRollout(which);
    } catch (error) {
      // A flag may be called anything, also like an id.
      if (!isRefusal(error, 'not-found')) throw error;
    }
  }
  const active = await api.listRollouts({ flagKey: which, activeOnly: true });
  const [only] = active;
  if (only !== undefined && active.length === 1) return only;
  if (active.length > 1) {
    const lines = active.map((view) => `${view.id} owns the rule ${view.rule}`);
    throw new UsageError(`${which} has ${active.length} active rollouts; name one by its id: ${lines.join('; ')}.`);
  }
  const [newest] = (await api.listRollouts({ flagKey: which, activeOnly: false })).toSorted(
    (one, other) => other.createdAtMs - one.createdAtMs,
  );
  if (newest === undefined) throw new UsageError(`There is no rollout and no flag with a rollout called ${which}.`);
  return newest;
}
