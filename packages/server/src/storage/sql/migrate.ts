import { ask, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const CREATE_MIGRATIONS = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
  )`;
const SELECT_VERSION = 'SELECT CAST(COALESCE(MAX(version), 0) AS INTEGER) AS version FROM schema_migrations';
const INSERT_MIGRATION = 'INSERT INTO schema_migrations (version, name) VALUES ($version, $name)';

/** An index over a large table takes minutes; the other nodes wait meanwhile. */
const MIGRATION_DEADLINE_MS = 3_600_000;

/**
 * Brings the schema up to what this code knows, forward only, all steps in one transaction under the database's lock:
 * of several nodes that start at once, one does it and the others find it done. A crash in between leaves the schema
 * as it was.
 */
export function migrate(database: SqlDatabase): Promise<void> {
  return database.transact(() => applyMigrations(database), { deadlineMs: MIGRATION_DEADLINE_MS });
}

function* applyMigrations({ dialect }: SqlDatabase): UnitOfWork<void> {
  for (const statement of dialect.beforeMigration) yield* ask(statement);
  yield* ask(CREATE_MIGRATIONS);
  const [row] = yield* ask<{ version: number }>(SELECT_VERSION);
  const installed = row?.version ?? 0;
  const known = dialect.migrations.length;
  if (installed > known) {
    throw new Error(
      `The database has schema version ${installed}, and this Tidegate knows versions up to ${known}: a newer Tidegate ` +
        'has upgraded it. Start that version again, or restore a backup from before the upgrade.',
    );
  }
  for (const [index, migration] of dialect.migrations.entries()) {
    if (index < installed) continue;
    for (const statement of migration.statements) yield* ask(statement);
    yield [query(INSERT_MIGRATION, { version: index + 1, name: migration.name })];
  }
}
