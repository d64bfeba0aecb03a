import type { Migration } from '../sql/sql-database.ts';

// Side by side with postgres/postgres-migrations.ts: the same tables, columns and constraints.
const INITIAL: Migration = {
  name: 'initial',
  statements: [
    `CREATE TABLE projects (
      project_key TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      version INTEGER NOT NULL
    ) STRICT`,

    `CREATE TABLE environments (
      environment TEXT NOT NULL PRIMARY KEY CHECK (environment = project_key || '/' || environment_key),
      project_key TEXT NOT NULL REFERENCES projects (project_key),
      environment_key TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      version INTEGER NOT NULL,
      revision INTEGER NOT NULL CHECK (revision >= 0)
    ) STRICT`,
    'CREATE INDEX environments_by_project ON environments (project_key, environment)',

    `CREATE TABLE access_keys (
      id TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('operator', 'server', 'browser')),
      name TEXT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      hint TEXT NOT NULL,
      environment TEXT REFERENCES environments (environment),
      role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'killer', 'admin', 'sdk')),
      created_at_ms INTEGER NOT NULL,
      revoked_at_ms INTEGER
    ) STRICT`,

    `CREATE TABLE changes (
      environment TEXT NOT NULL REFERENCES environments (environment),
      revision INTEGER NOT NULL CHECK (revision > 0),
      kind TEXT NOT NULL CHECK (kind IN ('flag', 'segment', 'metric')),
      key TEXT NOT NULL,
      document TEXT NOT NULL,
      archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
      action TEXT NOT NULL,
      actor TEXT NOT NULL,
      reason TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (environment, revision)
    ) STRICT`,
    'CREATE INDEX changes_by_document ON changes (environment, kind, key, revision)',

    `CREATE TABLE documents (
      environment TEXT NOT NULL REFERENCES environments (environment),
      kind TEXT NOT NULL CHECK (kind IN ('flag', 'segment', 'metric')),
      key TEXT NOT NULL,
      revision INTEGER NOT NULL CHECK (revision > 0),
      document TEXT NOT NULL,
      archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      PRIMARY KEY (environment, kind, key)
    ) STRICT`,

    `CREATE TABLE log_streams (
      environment TEXT NOT NULL,
      stream TEXT NOT NULL,
      last_position INTEGER NOT NULL,
      PRIMARY KEY (environment, stream)
    ) STRICT`,

    `CREATE TABLE log_records (
      environment TEXT NOT NULL,
      stream TEXT NOT NULL,
      position INTEGER NOT NULL CHECK (position > 0),
      received_at_ms INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (environment, stream, position)
    ) STRICT`,

    `CREATE TABLE leases (
      name TEXT NOT NULL PRIMARY KEY,
      holder TEXT NOT NULL,
      epoch INTEGER NOT NULL CHECK (epoch > 0),
      expires_at_ms INTEGER NOT NULL
    ) STRICT`,

    `CREATE TABLE checkpoints (
      environment TEXT NOT NULL PRIMARY KEY,
      position TEXT NOT NULL,
      state BLOB NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT`,

    `CREATE TABLE rollouts (
      id TEXT NOT NULL PRIMARY KEY,
      environment TEXT NOT NULL REFERENCES environments (environment),
      flag_key TEXT NOT NULL,
      rule TEXT NOT NULL,
      plan TEXT NOT NULL,
      state TEXT NOT NULL,
      anchor TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      version INTEGER NOT NULL,
      last_sequence INTEGER NOT NULL,
      active INTEGER NOT NULL CHECK (active IN (0, 1)),
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      updated_at_ms INTEGER NOT NULL
    ) STRICT`,
    'CREATE UNIQUE INDEX active_rollout_of_rule ON rollouts (environment, flag_key, rule) WHERE active',
    'CREATE INDEX rollouts_by_id ON rollouts (environment, id)',

    `CREATE TABLE decisions (
      rollout_id TEXT NOT NULL REFERENCES rollouts (id),
      sequence INTEGER NOT NULL CHECK (sequence > 0),
      decision TEXT NOT NULL,
      input TEXT NOT NULL,
      revision INTEGER,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (rollout_id, sequence)
    ) STRICT`,

    `CREATE TABLE connections (
      node TEXT NOT NULL,
      environment TEXT NOT NULL,
      applied_revision INTEGER NOT NULL,
      connection_count INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (node, environment, applied_revision)
    ) STRICT`,
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
      id TEXT NOT NULL PRIMARY KEY,
      environment TEXT NOT NULL REFERENCES environments (environment),
      flag_key TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      patch TEXT NOT NULL,
      reason TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      made_at_revision INTEGER NOT NULL,
      pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
      state TEXT NOT NULL,
      revision INTEGER
    ) STRICT`,
    'CREATE INDEX schedules_by_id ON schedules (environment, id)',
    'CREATE INDEX pending_schedules_by_time ON schedules (environment, at_ms) WHERE pending',
    'CREATE INDEX pending_schedules_of_flag ON schedules (environment, flag_key) WHERE pending',

    `CREATE TABLE flag_usage (
      environment TEXT NOT NULL REFERENCES environments (environment),
      flag_key TEXT NOT NULL,
      first_at_ms INTEGER NOT NULL,
      usage TEXT NOT NULL,
      PRIMARY KEY (environment, flag_key)
    ) STRICT`,
  ],
};

/** Metrics with holes that the guards of a project's rollouts share. */
const GUARD_TEMPLATES: Migration = {
  name: 'guard templates',
  statements: [
    `CREATE TABLE guard_templates (
      project_key TEXT NOT NULL REFERENCES projects (project_key),
      name TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      document TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      PRIMARY KEY (project_key, name, version)
    ) STRICT`,
  ],
};

/** Which revision each rollout last published, so that its confirmations are counted; and frozen environments. */
const PUBLISHED_AND_FREEZES: Migration = {
  name: 'published revisions and freezes',
  statements: [
    'ALTER TABLE rollouts ADD COLUMN served_revision INTEGER',
    `CREATE TABLE freezes (
      environment TEXT NOT NULL PRIMARY KEY REFERENCES environments (environment),
      until_ms INTEGER,
      reason TEXT NOT NULL,
      by_actor TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};

/** Servers of metrics that guards may ask. */
const METRIC_PROVIDERS: Migration = {
  name: 'metric providers',
  statements: [
    `CREATE TABLE metric_providers (
      environment TEXT NOT NULL REFERENCES environments (environment),
      provider_key TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      document TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      PRIMARY KEY (environment, provider_key, version)
    ) STRICT`,
  ],
};

/** Everything that is saved in versions is kept alike. */
const SETTINGS: Migration = {
  name: 'settings',
  statements: [
    `CREATE TABLE settings (
      kind TEXT NOT NULL,
      scope TEXT NOT NULL,
      key TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version > 0),
      document TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      PRIMARY KEY (kind, scope, key, version)
    ) STRICT`,
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
      environment TEXT NOT NULL REFERENCES environments (environment),
      adapter_key TEXT NOT NULL,
      weight TEXT NOT NULL,
      reported_ppm INTEGER,
      PRIMARY KEY (environment, adapter_key)
    ) STRICT`,
  ],
};

/** What is to be told of rollouts, and to whom: written with the decision that it is about. */
const OUTBOX: Migration = {
  name: 'outbox',
  statements: [
    `CREATE TABLE outbox (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      environment TEXT NOT NULL REFERENCES environments (environment),
      rollout_id TEXT NOT NULL REFERENCES rollouts (id),
      sequence INTEGER NOT NULL,
      kind TEXT NOT NULL,
      target TEXT NOT NULL,
      lane TEXT NOT NULL,
      once TEXT,
      document TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up')),
      tries INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      waits_since_ms INTEGER NOT NULL,
      due_at_ms INTEGER NOT NULL,
      claimed_until_ms INTEGER NOT NULL,
      settled_at_ms INTEGER,
      failure TEXT
    ) STRICT`,
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
      rollout_id TEXT NOT NULL PRIMARY KEY REFERENCES rollouts (id),
      epoch INTEGER NOT NULL,
      run TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};

/** Signed messages that were carried out, for as long as they could come again. */
const SIGNALS: Migration = {
  name: 'signals',
  statements: [
    `CREATE TABLE signals (
      environment TEXT NOT NULL REFERENCES environments (environment),
      message_id TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (environment, message_id)
    ) STRICT`,
  ],
};

/** What rehearsals of a kill showed, so that nobody has to remember whether there was one. */
const DRILLS: Migration = {
  name: 'drills',
  statements: [
    `CREATE TABLE drills (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      rollout_id TEXT NOT NULL REFERENCES rollouts (id),
      at_ms INTEGER NOT NULL,
      by_actor TEXT NOT NULL,
      document TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX drills_of_rollout ON drills (rollout_id, number)',
  ],
};

/** Whether an environment is critical, which its name told before; and who changed it, and from what. */
const CRITICAL_ENVIRONMENTS: Migration = {
  name: 'critical environments',
  statements: [
    'ALTER TABLE environments ADD COLUMN critical INTEGER NOT NULL DEFAULT 0 CHECK (critical IN (0, 1))',
    "UPDATE environments SET critical = 1 WHERE environment_key IN ('production', 'prod', 'live')",
    `CREATE TABLE environment_changes (
      environment TEXT NOT NULL REFERENCES environments (environment),
      version INTEGER NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL,
      actor TEXT NOT NULL,
      reason TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (environment, version)
    ) STRICT`,
  ],
};

/** A checkpoint is written part by part. */
const CHECKPOINT_PARTS: Migration = {
  name: 'checkpoint parts',
  statements: [
    `CREATE TABLE checkpoint_parts (
      environment TEXT NOT NULL,
      serial INTEGER NOT NULL,
      number INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (environment, serial, number)
    ) STRICT`,
    `INSERT INTO checkpoint_parts (environment, serial, number, bytes)
     SELECT environment, 0, 0, state FROM checkpoints`,
    'ALTER TABLE checkpoints DROP COLUMN state',
    'ALTER TABLE checkpoints ADD COLUMN serial INTEGER NOT NULL DEFAULT 0',
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
    'ALTER TABLE decisions ADD COLUMN is_wait INTEGER NOT NULL DEFAULT 0 CHECK (is_wait IN (0, 1))',
    'CREATE INDEX waits_of_rollout ON decisions (rollout_id, sequence) WHERE is_wait',
  ],
};

export const SQLITE_MIGRATIONS: readonly Migration[] = [
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
