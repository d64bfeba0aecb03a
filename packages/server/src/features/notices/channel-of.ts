import type { ChannelSettings, ChannelView } from '@tidegate/protocol';
import type { SettingsRow } from '../../storage/storage.ts';

/** These documents are written after the schema only. */
export function settingsOfChannel({ document }: Pick<SettingsRow, 'document'>): ChannelSettings {
  return document as ChannelSettings;
}

export function viewOfChannel(row: SettingsRow): ChannelView {
  return { key: row.key, version: row.version, updatedAtMs: row.createdAtMs, settings: settingsOfChannel(row) };
}
