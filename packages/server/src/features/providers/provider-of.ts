import type { ProviderSettings, ProviderView } from '@tidegate/protocol';
import type { ProviderRow } from '../../storage/storage.ts';

/** Only `saveProvider` writes these documents, after the schema. */
export function settingsOf({ document }: Pick<ProviderRow, 'document'>): ProviderSettings {
  return document as ProviderSettings;
}

export function viewOfProvider(row: ProviderRow): ProviderView {
  return { key: row.providerKey, version: row.version, updatedAtMs: row.createdAtMs, settings: settingsOf(row) };
}
