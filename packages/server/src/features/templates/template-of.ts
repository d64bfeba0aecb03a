import type { GuardTemplate } from '@tidegate/analysis/plans';
import type { GuardTemplateSettings, GuardTemplateView } from '@tidegate/protocol';
import type { SettingsRow } from '../../storage/storage.ts';

/** These documents are written after the schema and the checks of `saveTemplate` only. */
function settingsOf({ document }: Pick<SettingsRow, 'document'>): GuardTemplateSettings {
  return document as GuardTemplateSettings;
}

export function templateOf(row: SettingsRow): GuardTemplate {
  return { name: row.key, version: row.version, ...settingsOf(row) };
}

export function viewOfTemplate(row: SettingsRow): GuardTemplateView {
  return { ...templateOf(row), builtIn: false, createdAtMs: row.createdAtMs };
}

export function viewOfBuiltIn(template: GuardTemplate): GuardTemplateView {
  return { ...template, builtIn: true, createdAtMs: null };
}
