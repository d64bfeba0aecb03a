import type { GuardTemplate } from '@tidegate/analysis/plans';
import type { GuardTemplateSettings, GuardTemplateView } from '@tidegate/protocol';
import type { TemplateRow } from '../../storage/storage.ts';

/** Only `saveTemplate` writes these documents, after the schema and its checks. */
export function settingsOf({ document }: Pick<TemplateRow, 'document'>): GuardTemplateSettings {
  return document as GuardTemplateSettings;
}

export function templateOf(row: TemplateRow): GuardTemplate {
  return { name: row.name, version: row.version, ...settingsOf(row) };
}

export function viewOfTemplate(row: TemplateRow): GuardTemplateView {
  return { ...templateOf(row), builtIn: false, createdAtMs: row.createdAtMs };
}

export function viewOfBuiltIn(template: GuardTemplate): GuardTemplateView {
  return { ...template, builtIn: true, createdAtMs: null };
}
