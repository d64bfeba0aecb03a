import type { ProjectRow, Storage } from '../storage.ts';
import { PROJECT_COLUMNS } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import { updateOutcome } from './update-outcome.ts';

const INSERT_PROJECT = `
  INSERT INTO projects (project_key, name, description, created_at_ms, version)
  VALUES ($projectKey, $name, $description, $createdAtMs, $version)
  ON CONFLICT DO NOTHING
  RETURNING project_key`;
const UPDATE_PROJECT = `
  UPDATE projects
  SET name = COALESCE($name, name), description = COALESCE($description, description), version = version + 1
  WHERE project_key = $projectKey AND version = $expectedVersion
  RETURNING version`;
const SELECT_PROJECT = `SELECT ${PROJECT_COLUMNS} FROM projects WHERE project_key = $projectKey`;
const SELECT_PROJECTS = `
  SELECT ${PROJECT_COLUMNS} FROM projects
  WHERE project_key > $after
  ORDER BY project_key
  LIMIT $limit`;

type ProjectMethods = Pick<Storage, 'createProject' | 'updateProject' | 'findProject' | 'listProjects'>;

export function projectMethods(database: SqlDatabase): ProjectMethods {
  const findProject = async (projectKey: string) => {
    const [project] = await database.query<ProjectRow>(SELECT_PROJECT, { projectKey });
    return project;
  };
  return {
    findProject,
    createProject: async (project) => {
      const inserted = await database.query(INSERT_PROJECT, { ...project });
      return inserted.length === 1 ? 'created' : 'exists';
    },
    updateProject: async ({ projectKey, expectedVersion, values }) => {
      const { name = null, description = null } = values;
      const updated = await database.query<{ version: number }>(UPDATE_PROJECT, {
        projectKey,
        expectedVersion,
        name,
        description,
      });
      return updateOutcome(updated, () => findProject(projectKey));
    },
    listProjects: ({ after = '', limit }) => database.query(SELECT_PROJECTS, { after, limit }),
  };
}
