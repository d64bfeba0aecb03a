import type { EnvironmentChange } from '@tidegate/protocol';
import type {
  ChangeRow,
  Checkpoint,
  DecisionRow,
  DocumentRow,
  DrillRow,
  EnvironmentRow,
  KeyRow,
  NoticeRow,
  ProjectRow,
  RolloutRow,
  ScheduleRow,
  SettingsRow,
  UsageRow,
} from '../storage.ts';

/**
 * Rows as SQL gives them, and the way to the port's rows. Columns are selected under the port's names, so that only
 * JSON and truth values need a hand: JSON is kept as text in both databases, because text comes back byte for byte,
 * and SQLite has no truth values.
 */

type SqlBoolean = boolean | 0 | 1;

/** The fields of `Row` that are JSON text or a SQL truth value in the database. */
type Stored<Row, JsonField extends keyof Row, BooleanField extends keyof Row = never> = {
  readonly [Field in keyof Row]: Field extends JsonField
    ? string
    : Field extends BooleanField
      ? SqlBoolean
      : Row[Field];
};

export type StoredEnvironment = Stored<EnvironmentRow, never, 'critical'>;
export type StoredEnvironmentChange = Stored<EnvironmentChange, 'before' | 'after' | 'actor'>;
export type StoredChange = Stored<ChangeRow, 'document' | 'actor', 'archived'>;
export type StoredDocument = Stored<DocumentRow, 'document', 'archived'>;
export type StoredRollout = Stored<RolloutRow, 'plan' | 'state' | 'anchor' | 'createdBy', 'active'>;
export type StoredDecision = Stored<DecisionRow, 'decision' | 'input'>;
export type StoredSchedule = Stored<ScheduleRow, 'patch' | 'createdBy' | 'state'>;
export type StoredSettings = Stored<SettingsRow, 'document' | 'createdBy'>;
export type StoredDrill = Stored<DrillRow, 'by' | 'document'>;
export type StoredNotice = Stored<NoticeRow, 'document'>;
export type StoredUsage = Stored<UsageRow, 'usage'>;
/** One part of it. */
export type StoredCheckpoint = Stored<Omit<Checkpoint, 'state'>, 'position'> & { readonly bytes: Uint8Array };

export const PROJECT_COLUMNS = columns<ProjectRow>({
  projectKey: 'project_key',
  name: 'name',
  description: 'description',
  createdAtMs: 'created_at_ms',
  version: 'version',
});

export const SETTINGS_COLUMNS = columns<SettingsRow>({
  kind: 'kind',
  scope: 'scope',
  key: 'key',
  version: 'version',
  document: 'document',
  createdAtMs: 'created_at_ms',
  createdBy: 'created_by',
});

export const ENVIRONMENT_COLUMNS = columns<EnvironmentRow>({
  environment: 'environment',
  projectKey: 'project_key',
  environmentKey: 'environment_key',
  name: 'name',
  description: 'description',
  critical: 'critical',
  createdAtMs: 'created_at_ms',
  version: 'version',
});

export const ENVIRONMENT_CHANGE_COLUMNS = columns<EnvironmentChange>({
  version: 'version',
  before: 'before',
  after: 'after',
  actor: 'actor',
  reason: 'reason',
  atMs: 'at_ms',
});

export const KEY_COLUMNS = columns<KeyRow>({
  id: 'id',
  kind: 'kind',
  name: 'name',
  hash: 'hash',
  hint: 'hint',
  environment: 'environment',
  role: 'role',
  createdAtMs: 'created_at_ms',
  revokedAtMs: 'revoked_at_ms',
});

export const CHANGE_COLUMNS = columns<ChangeRow>({
  environment: 'environment',
  kind: 'kind',
  key: 'key',
  revision: 'revision',
  document: 'document',
  archived: 'archived',
  action: 'action',
  actor: 'actor',
  reason: 'reason',
  atMs: 'at_ms',
});

export const DOCUMENT_COLUMNS = columns<DocumentRow>({
  environment: 'environment',
  kind: 'kind',
  key: 'key',
  revision: 'revision',
  document: 'document',
  archived: 'archived',
  createdAtMs: 'created_at_ms',
  updatedAtMs: 'updated_at_ms',
});

export const ROLLOUT_COLUMNS = columns<RolloutRow>({
  id: 'id',
  environment: 'environment',
  flagKey: 'flag_key',
  rule: 'rule',
  plan: 'plan',
  state: 'state',
  anchor: 'anchor',
  epoch: 'epoch',
  version: 'version',
  active: 'active',
  servedRevision: 'served_revision',
  createdAtMs: 'created_at_ms',
  createdBy: 'created_by',
  updatedAtMs: 'updated_at_ms',
});

export const DECISION_COLUMNS = columns<DecisionRow>({
  rolloutId: 'rollout_id',
  sequence: 'sequence',
  decision: 'decision',
  input: 'input',
  revision: 'revision',
  atMs: 'at_ms',
});

export const DRILL_COLUMNS = columns<DrillRow>({
  rolloutId: 'rollout_id',
  atMs: 'at_ms',
  by: 'by_actor',
  document: 'document',
});

export const NOTICE_COLUMNS = columns<NoticeRow>({
  number: 'number',
  id: 'id',
  environment: 'environment',
  rolloutId: 'rollout_id',
  sequence: 'sequence',
  kind: 'kind',
  target: 'target',
  lane: 'lane',
  document: 'document',
  state: 'state',
  tries: 'tries',
  createdAtMs: 'created_at_ms',
  waitsSinceMs: 'waits_since_ms',
  dueAtMs: 'due_at_ms',
  settledAtMs: 'settled_at_ms',
  failure: 'failure',
});

export const SCHEDULE_COLUMNS = columns<ScheduleRow>({
  id: 'id',
  environment: 'environment',
  flagKey: 'flag_key',
  atMs: 'at_ms',
  patch: 'patch',
  reason: 'reason',
  createdAtMs: 'created_at_ms',
  createdBy: 'created_by',
  madeAtRevision: 'made_at_revision',
  state: 'state',
  revision: 'revision',
});

export const USAGE_COLUMNS = columns<UsageRow>({
  flagKey: 'flag_key',
  firstAtMs: 'first_at_ms',
  usage: 'usage',
});

export function toSettingsRow(stored: StoredSettings): SettingsRow {
  return { ...stored, document: fromJson(stored.document), createdBy: fromJson(stored.createdBy) };
}

export function toEnvironmentRow(stored: StoredEnvironment): EnvironmentRow {
  return { ...stored, critical: Boolean(stored.critical) };
}

export function toEnvironmentChange(stored: StoredEnvironmentChange): EnvironmentChange {
  const { before, after, actor } = stored;
  return { ...stored, before: fromJson(before), after: fromJson(after), actor: fromJson(actor) };
}

export function toChangeRow(stored: StoredChange): ChangeRow {
  return {
    ...stored,
    document: fromJson(stored.document),
    archived: Boolean(stored.archived),
    actor: fromJson(stored.actor),
  };
}

export function toDocumentRow(stored: StoredDocument): DocumentRow {
  return { ...stored, document: fromJson(stored.document), archived: Boolean(stored.archived) };
}

export function toRolloutRow(stored: StoredRollout): RolloutRow {
  return {
    ...stored,
    plan: fromJson(stored.plan),
    state: fromJson(stored.state),
    anchor: fromJson(stored.anchor),
    active: Boolean(stored.active),
    createdBy: fromJson(stored.createdBy),
  };
}

export function toDecisionRow(stored: StoredDecision): DecisionRow {
  return { ...stored, decision: fromJson(stored.decision), input: fromJson(stored.input) };
}

export function toDrillRow(stored: StoredDrill): DrillRow {
  return { ...stored, by: fromJson(stored.by), document: fromJson(stored.document) };
}

export function toNoticeRow(stored: StoredNotice): NoticeRow {
  return { ...stored, document: fromJson(stored.document) };
}

export function toScheduleRow(stored: StoredSchedule): ScheduleRow {
  const { patch, createdBy, state } = stored;
  return { ...stored, patch: fromJson(patch), createdBy: fromJson(createdBy), state: fromJson(state) };
}

export function toUsageRow(stored: StoredUsage): UsageRow {
  return { ...stored, usage: fromJson(stored.usage) };
}

/** Of all parts in order; undefined when there are none. */
export function toCheckpoint(parts: readonly StoredCheckpoint[]): Checkpoint | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const { environment, position, atMs } = first;
  const state = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of parts) {
    state.set(bytes, at);
    at += bytes.length;
  }
  return { environment, position: fromJson(position), state, atMs };
}

export function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`expected a JSON value, got ${typeof value}`);
  return text;
}

export function fromJson<T>(text: string): T {
  // Only `toJson` writes these columns, from a value of the type that is read back here.
  return JSON.parse(text) as T;
}

function columns<Row>(names: Readonly<Record<keyof Row & string, string>>): string {
  return Object.entries(names)
    .map(([field, column]) => `${column} AS "${field}"`)
    .join(', ');
}
