import type { EnvironmentUpdate, Storage, UpdateOutcome } from '../storage.ts';
import {
  ENVIRONMENT_CHANGE_COLUMNS,
  ENVIRONMENT_COLUMNS,
  type StoredEnvironment,
  type StoredEnvironmentChange,
  toEnvironmentChange,
  toEnvironmentRow,
  toJson,
} from './rows.ts';
import { ask, type Dialect, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

// The row is also the counter of the environment's revisions, which starts at 0.
const INSERT_ENVIRONMENT = `
  INSERT INTO environments
    (environment, project_key, environment_key, name, description, critical, created_at_ms, version, revision)
  SELECT $environment, project_key, $environmentKey, $name, $description, $critical, $createdAtMs, $version, 0
  FROM projects
  WHERE project_key = $projectKey
  ON CONFLICT DO NOTHING
  RETURNING environment`;
const UPDATE_ENVIRONMENT = `
  UPDATE environments
  SET name = $name, description = $description, critical = $critical, version = $version
  WHERE environment = $environment`;
const INSERT_ENVIRONMENT_CHANGE = `
  INSERT INTO environment_changes (environment, version, before, after, actor, reason, at_ms)
  VALUES ($environment, $version, $before, $after, $actor, $reason, $atMs)`;
const SELECT_ENVIRONMENT_CHANGES = `
  SELECT ${ENVIRONMENT_CHANGE_COLUMNS} FROM environment_changes
  WHERE environment = $environment AND version < $beforeVersion
  ORDER BY version DESC
  LIMIT $limit`;
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
  'createEnvironment' | 'updateEnvironment' | 'listEnvironmentChanges' | 'findEnvironment' | 'listEnvironments'
>;

export function environmentMethods(database: SqlDatabase): EnvironmentMethods {
  const findEnvironment = async (environment: string) => {
    const [stored] = await database.query<StoredEnvironment>(SELECT_ENVIRONMENT, { environment });
    return stored && toEnvironmentRow(stored);
  };
  return {
    findEnvironment,
    createEnvironment: async (environment) => {
      const inserted = await database.query(INSERT_ENVIRONMENT, { ...environment });
      if (inserted.length === 1) return 'created';
      return (await findEnvironment(environment.environment)) === undefined ? 'no-project' : 'exists';
    },
    updateEnvironment: (update) => database.transact(() => updateEnvironment(database.dialect, update)),
    listEnvironmentChanges: async (environment, { beforeVersion = Number.MAX_SAFE_INTEGER, limit }) => {
      const params = { environment, beforeVersion, limit };
      const stored = await database.query<StoredEnvironmentChange>(SELECT_ENVIRONMENT_CHANGES, params);
      return stored.map(toEnvironmentChange);
    },
    listEnvironments: async (projectKey, { after = '', limit }) => {
      const stored =
        projectKey === null
          ? await database.query<StoredEnvironment>(SELECT_ENVIRONMENTS, { after, limit })
          : await database.query<StoredEnvironment>(SELECT_ENVIRONMENTS_OF_PROJECT, { projectKey, after, limit });
      return stored.map(toEnvironmentRow);
    },
  };
}

function* updateEnvironment(dialect: Dialect, update: EnvironmentUpdate): UnitOfWork<UpdateOutcome> {
  const { environment, expectedVersion, settings, actor, reason, atMs } = update;
  const [stored] = yield* ask<StoredEnvironment>(`${SELECT_ENVIRONMENT} ${dialect.forUpdate}`, { environment });
  if (stored === undefined) return { kind: 'missing' };
  if (stored.version !== expectedVersion) return { kind: 'stale' };
  const { name, description, critical } = toEnvironmentRow(stored);
  const version = expectedVersion + 1;
  const sides = { before: toJson({ name, description, critical }), after: toJson(settings) };
  yield [
    query(UPDATE_ENVIRONMENT, { environment, version, ...settings }),
    query(INSERT_ENVIRONMENT_CHANGE, { environment, version, ...sides, actor: toJson(actor), reason, atMs }),
  ];
  return { kind: 'updated', version };
}
