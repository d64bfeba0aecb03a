import type { AdapterSettings, AdapterView, TrafficWeight } from '@tidegate/protocol';
import type { SettingsRow } from '../../storage/storage.ts';

/** These documents are written after the schema only. */
export function settingsOf({ document }: Pick<SettingsRow, 'document'>): AdapterSettings {
  return document as AdapterSettings;
}

export function viewOfAdapter(row: SettingsRow, weight: TrafficWeight | null): AdapterView {
  return { key: row.key, version: row.version, updatedAtMs: row.createdAtMs, settings: settingsOf(row), weight };
}
