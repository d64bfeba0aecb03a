import type { Storage } from '../storage.ts';
import { type StoredTemplate, TEMPLATE_COLUMNS, toJson, toTemplateRow } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';

const INSERT_TEMPLATE = `
  INSERT INTO guard_templates (project_key, name, version, document, created_at_ms, created_by)
  VALUES ($projectKey, $name, $version, $document, $createdAtMs, $createdBy)
  ON CONFLICT DO NOTHING
  RETURNING version`;
const SELECT_TEMPLATE = `
  SELECT ${TEMPLATE_COLUMNS} FROM guard_templates
  WHERE project_key = $projectKey AND name = $name AND (CAST($version AS BIGINT) IS NULL OR version = $version)
  ORDER BY version DESC
  LIMIT 1`;
const SELECT_TEMPLATES = `
  SELECT ${TEMPLATE_COLUMNS} FROM guard_templates AS template
  WHERE project_key = $projectKey AND name > $after AND version = (
    SELECT MAX(version) FROM guard_templates AS other
    WHERE other.project_key = template.project_key AND other.name = template.name)
  ORDER BY name
  LIMIT $limit`;

type TemplateMethods = Pick<Storage, 'createTemplate' | 'findTemplate' | 'listTemplates'>;

export function templateMethods(database: SqlDatabase): TemplateMethods {
  return {
    createTemplate: async ({ document, createdBy, ...template }) => {
      const params = { ...template, document: toJson(document), createdBy: toJson(createdBy) };
      const inserted = await database.query(INSERT_TEMPLATE, params);
      return inserted.length === 1 ? 'created' : 'version-taken';
    },
    findTemplate: async (projectKey, name, version) => {
      const params = { projectKey, name, version: version ?? null };
      const [stored] = await database.query<StoredTemplate>(SELECT_TEMPLATE, params);
      return stored && toTemplateRow(stored);
    },
    listTemplates: async (projectKey, { after = '', limit }) => {
      const stored = await database.query<StoredTemplate>(SELECT_TEMPLATES, { projectKey, after, limit });
      return stored.map(toTemplateRow);
    },
  };
}
