import type { EnvironmentRow, Storage } from '../storage.ts';
import { ENVIRONMENT_COLUMNS } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import { updateOutcome } from './update-outcome.ts';

// The row is also the counter of the environment's revisions, which starts at 0.
const INSERT_ENVIRONMENT = `
  INSERT INTO environments
    (environment, project_key, environment_key, name, description, created_at_ms, version, revision)
  SELECT $environment, project_key, $environmentKey, $name, $description, $createdAtMs, $version, 0
  FROM projects
  WHERE project_key = $projectKey
  ON CONFLICT DO NOTHING
  RETURNING environment`;
const UPDATE_ENVIRONMENT = `
  UPDATE environments
  SET name = COALESCE($name, name), description = COALESCE($description, description), version = version + 1
  WHERE environment = $environment AND version = $expectedVersion
  RETURNING version`;
const SELECT_ENVIRONMENT = `SELECT ${ENVIRONMENT_COLUMNS} FROM environments WHERE environment = $environment`;
const SELECT_ENVIRONMENTS = `
  SELECT ${ENVIRONMENT_COLUMNS} FROM environments
  WHERE environment > $after
  ORDER BY environment
  LIMIT $limit`;
const SELECT_ENVIRONMENTS_OF_PROJECT = `
  SELECT ${ENVIRONMENT_COLUMNS} FROM environments
  WHERE project_key = $projectKey AND environment > $after
  ORDER BY environment
  LIMIT $limit`;

type EnvironmentMethods = Pick<
  Storage,
  'createEnvironment' | 'updateEnvironment' | 'findEnvironment' | 'listEnvironments'
>;

export function environmentMethods(database: SqlDatabase): EnvironmentMethods {
  const findEnvironment = async (environment: string) => {
    const [row] = await database.query<EnvironmentRow>(SELECT_ENVIRONMENT, { environment });
    return row;
  };
  return {
    findEnvironment,
    createEnvironment: async (environment) => {
      const inserted = await database.query(INSERT_ENVIRONMENT, { ...environment });
      if (inserted.length === 1) return 'created';
      return (await findEnvironment(environment.environment)) === undefined ? 'no-project' : 'exists';
    },
    updateEnvironment: async ({ environment, expectedVersion, values }) => {
      const { name = null, description = null } = values;
      const updated = await database.query<{ version: number }>(UPDATE_ENVIRONMENT, {
        environment,
        expectedVersion,
        name,
        description,
      });
      return updateOutcome(updated, () => findEnvironment(environment));
    },
    listEnvironments: (projectKey, { after = '', limit }) =>
      projectKey === null
        ? database.query(SELECT_ENVIRONMENTS, { after, limit })
        : database.query(SELECT_ENVIRONMENTS_OF_PROJECT, { projectKey, after, limit }),
  };
}
