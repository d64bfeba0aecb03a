import type { Migration } from '../sql/sql-database.ts';

// Side by side with sqlite/sqlite-migrations.ts: the same tables, columns and constraints. Keys are compared byte by
// byte ("C") as SQLite does: the order of pages must not depend on the database's locale.
const INITIAL: Migration = {
  name: 'initial',
  statements: [
    `CREATE TABLE projects (
      project_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      version BIGINT NOT NULL
    )`,

    `CREATE TABLE environments (
      environment TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (environment = project_key || '/' || environment_key),
      project_key TEXT COLLATE "C" NOT NULL REFERENCES projects (project_key),
      environment_key TEXT COLLATE "C" NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      version BIGINT NOT NULL,
      revision BIGINT NOT NULL CHECK (revision >= 0)
    )`,
    'CREATE INDEX environments_by_project ON environments (project_key, environment)',

    `CREATE TABLE access_keys (
      id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
      kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('operator', 'server', 'browser')),
      name TEXT NOT NULL,
      hash TEXT COLLATE "C" NOT NULL UNIQUE,
      hint TEXT NOT NULL,
      environment TEXT COLLATE "C" REFERENCES environments (environment),
      role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'killer', 'admin', 'sdk')),
      created_at_ms BIGINT NOT NULL,
      revoked_at_ms BIGINT
    )`,

    `CREATE TABLE changes (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      revision BIGINT NOT NULL CHECK (revision > 0),
      kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('flag', 'segment', 'metric')),
      key TEXT COLLATE "C" NOT NULL,
      document TEXT NOT NULL,
      archived BOOLEAN NOT NULL,
      action TEXT NOT NULL,
      actor TEXT NOT NULL,
      reason TEXT NOT NULL,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (environment, revision)
    )`,
    'CREATE INDEX changes_by_document ON changes (environment, kind, key, revision)',

    `CREATE TABLE documents (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('flag', 'segment', 'metric')),
      key TEXT COLLATE "C" NOT NULL,
      revision BIGINT NOT NULL CHECK (revision > 0),
      document TEXT NOT NULL,
      archived BOOLEAN NOT NULL,
      created_at_ms BIGINT NOT NULL,
      updated_at_ms BIGINT NOT NULL,
      PRIMARY KEY (environment, kind, key)
    )`,

    `CREATE TABLE log_streams (
      environment TEXT COLLATE "C" NOT NULL,
      stream TEXT COLLATE "C" NOT NULL,
      last_position BIGINT NOT NULL,
      PRIMARY KEY (environment, stream)
    )`,

    'CREATE SEQUENCE log_arrivals',
    `CREATE TABLE log_records (
      environment TEXT COLLATE "C" NOT NULL,
      stream TEXT COLLATE "C" NOT NULL,
      position BIGINT NOT NULL CHECK (position > 0),
      arrival BIGINT NOT NULL,
      received_at_ms BIGINT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (environment, stream, position)
    )`,
    // Not compressed: records live for a minute, and compressing one takes four times as long as writing it.
    'ALTER TABLE log_records ALTER COLUMN body SET STORAGE EXTERNAL',

    `CREATE TABLE leases (
      name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
      holder TEXT COLLATE "C" NOT NULL,
      epoch BIGINT NOT NULL CHECK (epoch > 0),
      expires_at_ms BIGINT NOT NULL
    )`,

    `CREATE TABLE checkpoints (
      environment TEXT COLLATE "C" NOT NULL PRIMARY KEY,
      position TEXT NOT NULL,
      state BYTEA NOT NULL,
      at_ms BIGINT NOT NULL
    )`,

    `CREATE TABLE rollouts (
      id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      flag_key TEXT COLLATE "C" NOT NULL,
      rule TEXT COLLATE "C" NOT NULL,
      plan TEXT NOT NULL,
      state TEXT NOT NULL,
      anchor TEXT NOT NULL,
      epoch BIGINT NOT NULL,
      version BIGINT NOT NULL,
      last_sequence BIGINT NOT NULL,
      active BOOLEAN NOT NULL,
      created_at_ms BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      updated_at_ms BIGINT NOT NULL
    )`,
    'CREATE UNIQUE INDEX active_rollout_of_rule ON rollouts (environment, flag_key, rule) WHERE active',
    'CREATE INDEX rollouts_by_id ON rollouts (environment, id)',

    `CREATE TABLE decisions (
      rollout_id TEXT COLLATE "C" NOT NULL REFERENCES rollouts (id),
      sequence BIGINT NOT NULL CHECK (sequence > 0),
      decision TEXT NOT NULL,
      input TEXT NOT NULL,
      revision BIGINT,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (rollout_id, sequence)
    )`,

    // Said again every few seconds: not worth the write-ahead log.
    `CREATE UNLOGGED TABLE connections (
      node TEXT COLLATE "C" NOT NULL,
      environment TEXT COLLATE "C" NOT NULL,
      applied_revision BIGINT NOT NULL,
      connection_count BIGINT NOT NULL,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (node, environment, applied_revision)
    )`,
    'CREATE INDEX connections_by_environment ON connections (environment)',
  ],
};

/** What was in force at an instant is found in the index alone, however large the documents are. */
const CHANGES_BY_TIME: Migration = {
  name: 'changes by time',
  statements: ['CREATE INDEX changes_by_time ON changes (environment, revision, at_ms)'],
};

/** What operators ordered for later, and which flags SDKs ask for. */
const SCHEDULES_AND_USAGE: Migration = {
  name: 'schedules and usage',
  statements: [
    `CREATE TABLE schedules (
      id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      flag_key TEXT COLLATE "C" NOT NULL,
      at_ms BIGINT NOT NULL,
      patch TEXT NOT NULL,
      reason TEXT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      made_at_revision BIGINT NOT NULL,
      pending BOOLEAN NOT NULL,
      state TEXT NOT NULL,
      revision BIGINT
    )`,
    'CREATE INDEX schedules_by_id ON schedules (environment, id)',
    'CREATE INDEX pending_schedules_by_time ON schedules (environment, at_ms) WHERE pending',
    'CREATE INDEX pending_schedules_of_flag ON schedules (environment, flag_key) WHERE pending',

    `CREATE TABLE flag_usage (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      flag_key TEXT COLLATE "C" NOT NULL,
      first_at_ms BIGINT NOT NULL,
      usage TEXT NOT NULL,
      PRIMARY KEY (environment, flag_key)
    )`,
  ],
};

/** Metrics with holes that the guards of a project's rollouts share. */
const GUARD_TEMPLATES: Migration = {
  name: 'guard templates',
  statements: [
    `CREATE TABLE guard_templates (
      project_key TEXT COLLATE "C" NOT NULL REFERENCES projects (project_key),
      name TEXT COLLATE "C" NOT NULL,
      version BIGINT NOT NULL CHECK (version > 0),
      document TEXT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      PRIMARY KEY (project_key, name, version)
    )`,
  ],
};

/** Which revision each rollout last published, so that its confirmations are counted; and frozen environments. */
const PUBLISHED_AND_FREEZES: Migration = {
  name: 'published revisions and freezes',
  statements: [
    'ALTER TABLE rollouts ADD COLUMN served_revision BIGINT',
    `CREATE TABLE freezes (
      environment TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES environments (environment),
      until_ms BIGINT,
      reason TEXT NOT NULL,
      by_actor TEXT NOT NULL,
      at_ms BIGINT NOT NULL
    )`,
  ],
};

/** Servers of metrics that guards may ask. */
const METRIC_PROVIDERS: Migration = {
  name: 'metric providers',
  statements: [
    `CREATE TABLE metric_providers (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      provider_key TEXT COLLATE "C" NOT NULL,
      version BIGINT NOT NULL CHECK (version > 0),
      document TEXT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      PRIMARY KEY (environment, provider_key, version)
    )`,
  ],
};

/** Everything that is saved in versions is kept alike. */
const SETTINGS: Migration = {
  name: 'settings',
  statements: [
    `CREATE TABLE settings (
      kind TEXT COLLATE "C" NOT NULL,
      scope TEXT COLLATE "C" NOT NULL,
      key TEXT COLLATE "C" NOT NULL,
      version BIGINT NOT NULL CHECK (version > 0),
      document TEXT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      created_by TEXT NOT NULL,
      PRIMARY KEY (kind, scope, key, version)
    )`,
    `INSERT INTO settings (kind, scope, key, version, document, created_at_ms, created_by)
     SELECT 'template', project_key, name, version, document, created_at_ms, created_by FROM guard_templates`,
    `INSERT INTO settings (kind, scope, key, version, document, created_at_ms, created_by)
     SELECT 'provider', environment, provider_key, version, document, created_at_ms, created_by FROM metric_providers`,
    'DROP TABLE guard_templates',
    'DROP TABLE metric_providers',
  ],
};

/** What was last wanted of each traffic adapter, and what came of it. */
const TRAFFIC_WEIGHTS: Migration = {
  name: 'traffic weights',
  statements: [
    `CREATE TABLE traffic_weights (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      adapter_key TEXT COLLATE "C" NOT NULL,
      weight TEXT NOT NULL,
      reported_ppm BIGINT,
      PRIMARY KEY (environment, adapter_key)
    )`,
  ],
};

/** What is to be told of rollouts, and to whom: written with the decision that it is about. */
const OUTBOX: Migration = {
  name: 'outbox',
  statements: [
    `CREATE TABLE outbox (
      number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id TEXT COLLATE "C" NOT NULL UNIQUE,
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      rollout_id TEXT COLLATE "C" NOT NULL REFERENCES rollouts (id),
      sequence BIGINT NOT NULL,
      kind TEXT NOT NULL,
      target TEXT COLLATE "C" NOT NULL,
      lane TEXT COLLATE "C" NOT NULL,
      once TEXT,
      document TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
      tries BIGINT NOT NULL,
      created_at_ms BIGINT NOT NULL,
      waits_since_ms BIGINT NOT NULL,
      due_at_ms BIGINT NOT NULL,
      claimed_until_ms BIGINT NOT NULL,
      settled_at_ms BIGINT,
      failure TEXT
    )`,
    'CREATE UNIQUE INDEX told_once ON outbox (rollout_id, target, once) WHERE once IS NOT NULL',
    "CREATE INDEX waiting_notices ON outbox (environment, rollout_id, target, number) WHERE state = 'waiting'",
    'CREATE INDEX notices_of_environment ON outbox (environment, number)',
  ],
};

/** What metric providers measured of each rollout. */
const MEASUREMENTS: Migration = {
  name: 'measurements',
  statements: [
    `CREATE TABLE measurements (
      rollout_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES rollouts (id),
      epoch BIGINT NOT NULL,
      run TEXT NOT NULL,
      at_ms BIGINT NOT NULL
    )`,
  ],
};

/** Signed messages that were carried out, for as long as they could come again. */
const SIGNALS: Migration = {
  name: 'signals',
  statements: [
    `CREATE TABLE signals (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      message_id TEXT COLLATE "C" NOT NULL,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (environment, message_id)
    )`,
  ],
};

/** What rehearsals of a kill showed, so that nobody has to remember whether there was one. */
const DRILLS: Migration = {
  name: 'drills',
  statements: [
    `CREATE TABLE drills (
      number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      rollout_id TEXT COLLATE "C" NOT NULL REFERENCES rollouts (id),
      at_ms BIGINT NOT NULL,
      by_actor TEXT NOT NULL,
      document TEXT NOT NULL
    )`,
    'CREATE INDEX drills_of_rollout ON drills (rollout_id, number)',
  ],
};

/** Whether an environment is critical, which its name told before; and who changed it, and from what. */
const CRITICAL_ENVIRONMENTS: Migration = {
  name: 'critical environments',
  statements: [
    'ALTER TABLE environments ADD COLUMN critical BOOLEAN NOT NULL DEFAULT false',
    "UPDATE environments SET critical = true WHERE environment_key IN ('production', 'prod', 'live')",
    `CREATE TABLE environment_changes (
      environment TEXT COLLATE "C" NOT NULL REFERENCES environments (environment),
      version BIGINT NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL,
      actor TEXT NOT NULL,
      reason TEXT NOT NULL,
      at_ms BIGINT NOT NULL,
      PRIMARY KEY (environment, version)
    )`,
  ],
};

/** A checkpoint is written part by part. */
const CHECKPOINT_PARTS: Migration = {
  name: 'checkpoint parts',
  statements: [
    `CREATE TABLE checkpoint_parts (
      environment TEXT COLLATE "C" NOT NULL,
      serial BIGINT NOT NULL,
      number BIGINT NOT NULL,
      bytes BYTEA NOT NULL,
      PRIMARY KEY (environment, serial, number)
    )`,
    `INSERT INTO checkpoint_parts (environment, serial, number, bytes)
     SELECT environment, 0, 0, state FROM checkpoints`,
    'ALTER TABLE checkpoints DROP COLUMN state',
    'ALTER TABLE checkpoints ADD COLUMN serial BIGINT NOT NULL DEFAULT 0',
  ],
};

/** Machines ask again and again where the rollout of a flag stands: the active one, or else the newest. */
const ROLLOUTS_OF_FLAG: Migration = {
  name: 'rollouts of flag',
  statements: [
    'CREATE INDEX rollouts_of_flag ON rollouts (environment, flag_key, active DESC, created_at_ms DESC, id)',
  ],
};

/** Every second the active ones of an environment are looked at, however many have ended. */
const ACTIVE_ROLLOUTS: Migration = {
  name: 'active rollouts',
  statements: ['CREATE INDEX active_rollouts ON rollouts (environment, id) WHERE active'],
};

/** Decisions that say no more than what a rollout waits for, so that the old ones can be forgotten. */
const WAITS: Migration = {
  name: 'waits',
  statements: [
    'ALTER TABLE decisions ADD COLUMN is_wait BOOLEAN NOT NULL DEFAULT false',
    'CREATE INDEX waits_of_rollout ON decisions (rollout_id, sequence) WHERE is_wait',
  ],
};

export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  INITIAL,
  CHANGES_BY_TIME,
  SCHEDULES_AND_USAGE,
  GUARD_TEMPLATES,
  PUBLISHED_AND_FREEZES,
  METRIC_PROVIDERS,
  SETTINGS,
  TRAFFIC_WEIGHTS,
  OUTBOX,
  MEASUREMENTS,
  SIGNALS,
  DRILLS,
  CRITICAL_ENVIRONMENTS,
  CHECKPOINT_PARTS,
  ROLLOUTS_OF_FLAG,
  ACTIVE_ROLLOUTS,
  WAITS,
];
