import type { ProviderSettings, ProviderView } from '@tidegate/protocol';
import type { SettingsRow } from '../../storage/storage.ts';

/** These documents are written after the schema only. */
export function settingsOf({ document }: Pick<SettingsRow, 'document'>): ProviderSettings {
  return document as ProviderSettings;
}

export function viewOfProvider(row: SettingsRow): ProviderView {
  return { key: row.key, version: row.version, updatedAtMs: row.createdAtMs, settings: settingsOf(row) };
}
