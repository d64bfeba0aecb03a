import { CHANNELS_MAX } from '@tidegate/protocol';
import type { NewNotice, RolloutRow, SettingsRow, Storage } from '../../../storage/storage.ts';
import { addressedTo } from './addressed-to.ts';
import { type Composed, noticesOf, type Told } from './notices-of.ts';

type Reading = Pick<Storage, 'listSettings'>;

/** What is to be put into the outbox with a decision. One read, and none where there is nothing to tell. */
export function noticesOfDecision(storage: Reading, told: Told): Promise<readonly NewNotice[]> {
  return addressed(storage, told.rollout, noticesOf(told));
}

export async function addressed(
  storage: Reading,
  { environment, plan }: Pick<RolloutRow, 'environment' | 'plan'>,
  composed: readonly Composed[],
): Promise<readonly NewNotice[]> {
  if (composed.length === 0) return [];
  return addressedTo({ channels: await listChannels(storage, environment), hooks: plan.hooks ?? [] }, composed);
}

export function listChannels(storage: Reading, environment: string): Promise<readonly SettingsRow[]> {
  return storage.listSettings({ kind: 'channel', scope: environment }, { limit: CHANNELS_MAX });
}
