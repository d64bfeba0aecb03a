import type { RolloutRow, Storage } from '../../../storage/storage.ts';
import { settingsOfChannel } from '../channel-of.ts';
import { killedNotice } from './notices-of.ts';
import { addressed, listChannels } from './notices-of-decision.ts';

/** Who would be told of a kill of the rollout, in words: `ops (pagerduty)`, or a hook's address. */
export async function findTold(
  storage: Pick<Storage, 'listSettings'>,
  rollout: RolloutRow,
): Promise<readonly string[]> {
  const notices = await addressed(storage, rollout, [killedNotice(rollout)]);
  const targets = notices.map(({ target }) => target);
  const channels = await listChannels(storage, rollout.environment);
  const hooks = rollout.plan.hooks ?? [];
  return [
    ...channels
      .filter(({ key }) => targets.includes(`channel:${key}`))
      .map((row) => `${row.key} (${settingsOfChannel(row).kind})`),
    ...hooks.filter(({ at }) => at === 'rollback').map(({ url }) => url),
  ];
}
