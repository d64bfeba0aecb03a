import type { Actor, Decision, DecisionInput, EnvironmentFreeze, RolloutPlan, RolloutState } from '@tidegate/analysis';
import type { EnvironmentChange, EnvironmentSettings, ScheduleState, TrafficWeight } from '@tidegate/protocol';

/**
 * The one port to what is durable. Two drivers keep it, SQLite and PostgreSQL, and one contract suite holds both.
 *
 * Each method is one unit of atomicity: when its promise is fulfilled, all of it is durable; when it is rejected,
 * nothing happened (or, after a lost connection, the caller may repeat it: every write carries what it expects).
 * There is no `transaction(closure)`: a synchronous driver could not keep it. SQL lives nowhere else.
 *
 * A database that is away, too slow or out of disk rejects with StorageUnavailableError; everything else that is
 * thrown is a bug or a wrong configuration. Text columns (names, reasons, keys) must hold no U+0000: PostgreSQL cannot
 * keep it. JSON values may.
 *
 * Documents are JSON values; the port neither knows nor checks their shape. `environment` is `project/environment`.
 */
export interface Storage {
  /** Creates or upgrades the schema, under a lock. Called once, before anything else. Refuses a newer schema. */
  migrate(): Promise<void>;
  /** A trivial read; rejects when the database does not answer. For readiness. */
  ping(): Promise<void>;
  close(): Promise<void>;

  // Signals: which signed messages were carried out, so that none is carried out again.
  hasSignal(environment: string, messageId: string): Promise<boolean>;
  /** Forgets, at the same time, those of the environment that are older than `beforeMs`. */
  rememberSignal(signal: SignalRow, beforeMs: number): Promise<void>;

  // Projects, environments, keys: few, and versioned one by one.
  createProject(project: ProjectRow): Promise<'created' | 'exists'>;
  updateProject(
    update: VersionedUpdate<Pick<ProjectRow, 'name' | 'description'>> & { projectKey: string },
  ): Promise<UpdateOutcome>;
  findProject(projectKey: string): Promise<ProjectRow | undefined>;
  listProjects(page: Page): Promise<readonly ProjectRow[]>;

  // Settings: what is saved in versions for a project or an environment. A version, once written, never changes.
  createSettings(settings: SettingsRow): Promise<'created' | 'version-taken'>;
  /** The newest version when none is named; that may be the one that says that they were removed. */
  findSettings(id: SettingsId, version?: number): Promise<SettingsRow | undefined>;
  /** Each in its newest version, by key; without those that were removed. */
  listSettings(of: Omit<SettingsId, 'key'>, page: Page): Promise<readonly SettingsRow[]>;
  /** Removed ones too. */
  countSettingsKeys(of: Omit<SettingsId, 'key'>): Promise<number>;

  createEnvironment(environment: EnvironmentRow): Promise<'created' | 'exists' | 'no-project'>;
  /** In one transaction with the row that tells who did it. */
  updateEnvironment(update: EnvironmentUpdate): Promise<UpdateOutcome>;
  /** The updates of one environment, newest first, from before a version. */
  listEnvironmentChanges(
    environment: string,
    page: { readonly beforeVersion?: number; readonly limit: number },
  ): Promise<readonly EnvironmentChange[]>;
  findEnvironment(environment: string): Promise<EnvironmentRow | undefined>;
  listEnvironments(projectKey: string | null, page: Page): Promise<readonly EnvironmentRow[]>;

  createKey(key: KeyRow): Promise<void>;
  findKey(id: string): Promise<KeyRow | undefined>;
  findKeyByHash(hash: string): Promise<KeyRow | undefined>;
  listKeys(page: Page): Promise<readonly KeyRow[]>;
  /** Fulfilled with false when there is no such key. Revoking twice keeps the first instant. */
  revokeKey(id: string, revokedAtMs: number): Promise<boolean>;

  // The change log: every change of a flag, segment or metric, with gap-free revisions per environment.
  /**
   * Takes the next revision of the environment from its counter row, in the transaction that writes the document. Given
   * the revision at which the change was checked against other documents, it is refused when anything was written since.
   */
  appendChange(change: NewChange, checkedAtRevision?: number): Promise<AppendOutcome>;
  currentRevision(environment: string): Promise<number>;
  /**
   * The revision in force at an instant: the newest of those that were made at or before it, by the clocks of the nodes
   * that made them. Undefined before the first.
   */
  findRevisionAt(environment: string, atMs: number): Promise<number | undefined>;
  /** Changes with a revision above `afterRevision`, oldest first; of all kinds, or of one. */
  listChanges(
    environment: string,
    afterRevision: number,
    limit: number,
    kind?: DocumentKind,
  ): Promise<readonly ChangeRow[]>;
  /** Changes of one document, newest first, below `beforeRevision` when given. */
  listHistory(document: DocumentId, page: { beforeRevision?: number; limit: number }): Promise<readonly ChangeRow[]>;
  /** The document as it was at a revision: the newest change of it at or below. */
  findDocumentAt(document: DocumentId, revision: number): Promise<ChangeRow | undefined>;
  findDocument(document: DocumentId): Promise<DocumentRow | undefined>;
  /** Current documents of one kind by key; archived ones only when asked for. */
  listDocuments(
    environment: string,
    kind: DocumentKind,
    page: Page & { includeArchived: boolean },
  ): Promise<readonly DocumentRow[]>;
  /** The keys of what is not archived: of segments, whose lists may have millions of units, mostly that is enough. */
  listDocumentKeys(environment: string, kind: DocumentKind): Promise<readonly string[]>;
  /** One consistent read of everything that SDKs may need: all flags and segments that are not archived, at one revision. */
  readSnapshot(environment: string): Promise<{ revision: number; documents: readonly DocumentRow[] }>;
  /** Calls back with the environment after changes by any node. Only wakes: may come late, twice, or not at all. */
  onChange(listener: (environment: string) => void): () => void;

  // The batch log: what SDKs reported, in order, and control records between. Evidence is a function of it.
  /** Appends in the given order to this node's stream of each environment. Durable when fulfilled. */
  appendRecords(records: readonly NewLogRecord[]): Promise<void>;
  /**
   * Records after the position in every stream, at most `limit`, from one database snapshot: each stream in its order
   * and without gaps, and over all streams a record that was appended after another was acknowledged comes later.
   */
  readRecords(environment: string, after: LogPosition, limit: number): Promise<readonly LogRecordRow[]>;
  /** Forgets records at or below the position: a checkpoint holds them. Fulfilled with how many. */
  deleteRecords(environment: string, upTo: LogPosition): Promise<number>;
  /**
   * Writes the parts as they come, with turns of the event loop between; with the last all of it takes the place of the
   * checkpoint before, or nothing has happened. What SDKs asked for is a function of the log too: what the checkpoint
   * changes of it is saved in that same moment.
   */
  saveCheckpoint(checkpoint: NewCheckpoint, lease: LeaseToken, usage?: UsageChanges): Promise<'saved' | 'lease-lost'>;
  findCheckpoint(environment: string): Promise<Checkpoint | undefined>;

  // Usage: which flags SDKs ask for, by the key that they ask with; there may be no such flag.
  /** The first evaluation ever counted in the environment; null before it. */
  findUsageStart(environment: string): Promise<number | null>;
  findUsage(environment: string, flagKey: string): Promise<UsageRow | undefined>;
  /** By flag key; `unknown` are those of which there is no document, not even an archived one. */
  listUsage(environment: string, page: Page & { of: 'all' | 'unknown' }): Promise<readonly UsageRow[]>;

  // Rollouts and their decisions.
  /** Refused when an active rollout owns the same rule of the same flag. */
  createRollout(rollout: RolloutRow): Promise<'created' | 'rule-taken'>;
  findRollout(environment: string, rolloutId: string): Promise<RolloutRow | undefined>;
  listRollouts(
    environment: string,
    filter: Page & { active?: boolean; flagKey?: string },
  ): Promise<readonly RolloutRow[]>;
  /** The one of a flag that is active, or else the one that was made last; drafts are none. */
  findNewestRollout(environment: string, flagKey: string): Promise<RolloutRow | undefined>;
  /**
   * One transaction: checks the lease and the rollout's version, saves the state and the decision, and where the
   * served rule changes appends the flag's change and the control records. A kill is an ordinary change.
   * An operator's command comes with no lease: any node may take it, and the version alone keeps order.
   */
  saveDecision(decision: NewDecision, lease: LeaseToken | null): Promise<SaveDecisionOutcome>;
  /** Newest first, below `beforeSequence` when given. */
  listDecisions(rolloutId: string, page: { beforeSequence?: number; limit: number }): Promise<readonly DecisionRow[]>;
  findDecision(rolloutId: string, sequence: number): Promise<DecisionRow | undefined>;
  /** Replaces the environment's freeze; null ends it. Fulfilled with false when there is no such environment. */
  saveFreeze(environment: string, freeze: FreezeRow | null): Promise<boolean>;
  findFreeze(environment: string): Promise<FreezeRow | undefined>;

  // Drills: what rehearsals of a kill showed.
  /** Forgets all but the `keep` newest of the rollout. */
  saveDrill(drill: DrillRow, keep: number): Promise<void>;
  /** Newest first. */
  listDrills(rolloutId: string, limit: number): Promise<readonly DrillRow[]>;

  // The outbox: what is to be told of rollouts, in the order in which it happened. `saveDecision` puts it there.
  /** What time brought about, of no decision. What was put there before under the same id or `once` is left alone. */
  addNotices(of: NoticeOrigin, notices: readonly NewNotice[]): Promise<void>;
  /**
   * Takes notices to send them, under the lease, for `claimMs`: of each rollout and target the oldest that waits, once
   * it is due, and of each lane no more at a time than `perLane`. Counts the try; who does not settle it in time is
   * taken to have died, and the notice is claimed again. Fulfilled with none when the lease is lost.
   */
  claimNotices(claim: NoticeClaim, lease: LeaseToken): Promise<readonly NoticeRow[]>;
  /** Fulfilled with false when the notice was claimed again, or settled, since. */
  settleNotice(of: Pick<NoticeRow, 'number' | 'tries'>, as: NoticeSettlement): Promise<boolean>;
  /** Newest first, below `before` when given. */
  listNotices(environment: string, filter: NoticeFilter): Promise<readonly NoticeRow[]>;
  /** Since when the one waits that waits longest; null when none does. */
  findLongestWait(environment: string): Promise<number | null>;
  /** Puts back what was given up, at its old place. Fulfilled with false when there is no such notice of that state. */
  resendNotice(environment: string, number: number, atMs: number): Promise<boolean>;
  /** Gives up the oldest that wait beyond `waitingMax`, and forgets what is over: what is old, and beyond `settledMax`. */
  trimNotices(environment: string, limits: NoticeLimits): Promise<void>;

  // Scheduled changes: what operators ordered for an instant.
  /** Remembers the environment's revision with it. Refused when the flag has `pendingMax` pending ones already. */
  createSchedule(schedule: NewScheduleRow, pendingMax: number): Promise<CreateScheduleOutcome>;
  findSchedule(environment: string, scheduleId: string): Promise<ScheduleRow | undefined>;
  listSchedules(
    environment: string,
    filter: Page & { pending?: boolean; flagKey?: string },
  ): Promise<readonly ScheduleRow[]>;
  /** Pending ones whose time has come, in the order in which they are to happen. */
  listDueSchedules(environment: string, nowMs: number, limit: number): Promise<readonly ScheduleRow[]>;
  /**
   * One transaction: checks the lease, that the schedule is pending still, and that nothing was written since its
   * change was checked; then saves what became of it and appends the flag's change. A crash in between leaves it
   * pending, and nothing is done twice. An operator's cancelling comes with no lease.
   */
  settleSchedule(settlement: Settlement, lease: LeaseToken | null): Promise<SettleOutcome>;

  // Traffic weights: what was last wanted of each adapter, for which rollout, and what came of it.
  /** One transaction with the check of the lease: only its holder writes to an adapter. */
  saveTrafficWeight(
    weight: Pick<TrafficWeightRow, 'environment' | 'adapterKey' | 'weight'>,
    lease: LeaseToken,
  ): Promise<'saved' | 'lease-lost'>;
  /** By key; of adapters that were never set there are none. */
  listTrafficWeights(environment: string): Promise<readonly TrafficWeightRow[]>;
  /** What somebody says is applied; null takes that back. False where nothing was ever wanted of the adapter. */
  reportTrafficWeight(environment: string, adapterKey: string, reportedPpm: number | null): Promise<boolean>;

  // What metric providers measured of a rollout.
  /** One transaction with the check of the lease: replaces what was saved of the rollout before. */
  saveMeasurements(measurements: MeasurementsRow, lease: LeaseToken): Promise<'saved' | 'lease-lost'>;
  findMeasurements(rolloutId: string): Promise<MeasurementsRow | undefined>;

  // Leases: who accounts for and controls an environment, by the database's clock, with an epoch that only grows.
  /**
   * Renews under the same epoch while the holder's own lease is valid, else takes it under a higher one. Fulfilled with
   * undefined while another holder's lease is valid.
   */
  acquireLease(name: string, holder: string, ttlMs: number): Promise<LeaseToken | undefined>;
  releaseLease(token: LeaseToken): Promise<void>;

  // What each node says of its connected SDKs, so that any node can count confirmations of all.
  saveConnections(node: string, connections: readonly ConnectionCount[], atMs: number): Promise<void>;
  /** Sums over nodes heard of within `freshMs`. */
  countConnections(
    environment: string,
    revision: number,
    freshMs: number,
    nowMs: number,
  ): Promise<{ connectedCount: number; confirmedCount: number }>;
}

export interface Page {
  /** The last key (or id) of the previous page. */
  readonly after?: string;
  readonly limit: number;
}

export interface ProjectRow {
  readonly projectKey: string;
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
  /** Grows by one with each update; the ETag. */
  readonly version: number;
}

/** What settings are for: guard templates of a project; metric providers and channels of an environment. */
export type SettingsKind = 'template' | 'provider' | 'channel' | 'adapter';

export interface SettingsId {
  readonly kind: SettingsKind;
  /** The project, or the environment as `project/environment`. */
  readonly scope: string;
  readonly key: string;
}

export interface SettingsRow extends SettingsId {
  readonly version: number;
  /** A JSON value, whose shape the port does not know; null where they were removed. Of secrets it has the names. */
  readonly document: unknown;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
}

export interface EnvironmentRow extends EnvironmentSettings {
  /** `project/environment`, the identity everywhere else. */
  readonly environment: string;
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly createdAtMs: number;
  readonly version: number;
}

export interface EnvironmentUpdate extends Pick<EnvironmentChange, 'actor' | 'reason' | 'atMs'> {
  readonly environment: string;
  readonly expectedVersion: number;
  readonly settings: EnvironmentSettings;
}

export interface VersionedUpdate<T> {
  readonly expectedVersion: number;
  readonly values: Partial<T>;
}

export type UpdateOutcome =
  | { readonly kind: 'updated'; readonly version: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'missing' };

export interface KeyRow {
  readonly id: string;
  readonly kind: 'operator' | 'server' | 'browser';
  readonly name: string;
  /** SHA-256 of the key, hex. The key itself is shown once and never stored. */
  readonly hash: string;
  /** The first characters, to recognise a key by. */
  readonly hint: string;
  /** What the key is for: one environment for SDK keys, null (all) or one environment for operators. */
  readonly environment: string | null;
  readonly role: 'reader' | 'editor' | 'killer' | 'admin' | 'sdk';
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
}

/** A signed message from outside, by the id that its sender gave it. */
export interface SignalRow {
  readonly environment: string;
  readonly messageId: string;
  readonly atMs: number;
}

export type DocumentKind = 'flag' | 'segment' | 'metric';

export interface DocumentId {
  readonly environment: string;
  readonly kind: DocumentKind;
  readonly key: string;
}

export interface NewChange extends DocumentId {
  /** What the document becomes. */
  readonly document: unknown;
  readonly archived: boolean;
  readonly action: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly atMs: number;
  /** The revision that the document must have now; 0 when it must not exist yet. */
  readonly expectedRevision: number;
}

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number }
  /** The document has another revision than expected. */
  | { readonly kind: 'conflict'; readonly currentRevision: number }
  /** The document is as expected, but something else was written since the change was checked. */
  | { readonly kind: 'overtaken'; readonly currentRevision: number }
  | { readonly kind: 'no-environment' };

export interface ChangeRow extends DocumentId {
  readonly revision: number;
  readonly document: unknown;
  readonly archived: boolean;
  readonly action: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly atMs: number;
}

export interface DocumentRow extends DocumentId {
  readonly revision: number;
  readonly document: unknown;
  readonly archived: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface NewLogRecord {
  readonly environment: string;
  /** JSON text of a LogRecord of `analysis`. */
  readonly body: string;
  readonly receivedAtMs: number;
}

/** The last position read in each node's stream. A stream that is absent was not read. */
export type LogPosition = Readonly<Record<string, number>>;

export interface LogRecordRow {
  readonly stream: string;
  readonly position: number;
  readonly body: string;
}

export interface Checkpoint {
  readonly environment: string;
  readonly position: LogPosition;
  /** The serialised state of the accountant. */
  readonly state: Uint8Array;
  readonly atMs: number;
}

export interface NewCheckpoint extends Omit<Checkpoint, 'state'> {
  /** The serialised state, in order; not empty. */
  readonly parts: Iterable<Uint8Array>;
}

export interface UsageRow {
  readonly flagKey: string;
  readonly firstAtMs: number;
  /** A JSON value, whose shape the port does not know. */
  readonly usage: unknown;
}

export interface UsageChanges {
  readonly saved: readonly UsageRow[];
  /** Keys of flags whose usage is not worth keeping any more. */
  readonly forgotten: readonly string[];
}

export interface LeaseToken {
  readonly name: string;
  readonly holder: string;
  readonly epoch: number;
}

export interface RolloutRow {
  readonly id: string;
  readonly environment: string;
  readonly flagKey: string;
  readonly rule: string;
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  /** What the rule served before the start; what an abort restores. */
  readonly anchor: unknown;
  readonly epoch: number;
  /** Grows by one with each decision; the ETag. */
  readonly version: number;
  readonly active: boolean;
  /** The revision of the last change that its decisions made; null before the first. */
  readonly servedRevision: number | null;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
}

/** No rollout of the environment rises before `untilMs`, or before somebody ends it. */
export interface FreezeRow extends EnvironmentFreeze {
  readonly atMs: number;
}

export interface NewDecision {
  readonly rolloutId: string;
  readonly environment: string;
  readonly expectedVersion: number;
  readonly state: RolloutState;
  readonly active: boolean;
  /** The rollout's own, unless evidence begins anew: then the next epoch, under the plan of the next attempt. */
  readonly epoch: number;
  readonly plan: RolloutPlan;
  readonly decision: Decision;
  readonly input: DecisionInput;
  /**
   * Of one that says no more than what the rollout waits for now: how many of those are kept, the newest ones. Null for
   * one that changed more, which is kept for ever.
   */
  readonly waitsKept: number | null;
  readonly atMs: number;
  /** The flag's change, when the served rule changes. */
  readonly change: NewChange | null;
  /** Control records for the batch log (an epoch opened or closed). */
  readonly records: readonly NewLogRecord[];
  /** What is to be told of it, and to whom. */
  readonly notices: readonly NewNotice[];
  /** The rollout that owns the rule from here on, when this one gives it up for another: both or neither. */
  readonly successor?: RolloutRow;
}

export type SaveDecisionOutcome =
  | { readonly kind: 'saved'; readonly version: number; readonly sequence: number; readonly revision: number | null }
  | { readonly kind: 'lease-lost' }
  | { readonly kind: 'stale-rollout' }
  /** The decision would make it active again, and another active rollout owns its rule by now. */
  | { readonly kind: 'rule-taken' }
  | { readonly kind: 'stale-flag'; readonly currentRevision: number };

export interface DecisionRow {
  readonly rolloutId: string;
  /** 1, 2, 3, … per rollout. */
  readonly sequence: number;
  readonly decision: Decision;
  readonly input: DecisionInput;
  /** The revision of the change that the decision made; null when it made none. */
  readonly revision: number | null;
  readonly atMs: number;
}

export interface DrillRow {
  readonly rolloutId: string;
  readonly atMs: number;
  readonly by: Actor;
  /** A JSON value, whose shape the port does not know. */
  readonly document: unknown;
}

/** What is told to one target. Its id is rollout/attempt/sequence/kind/target: whoever gets it twice knows by that. */
export interface NewNotice {
  readonly kind: string;
  readonly target: string;
  /** Targets of one lane are one place: what is slow there delays nothing else. */
  readonly lane: string;
  /** A second one of the rollout to the target with the same words is not told. */
  readonly once?: string;
  /** A JSON value, whose shape the port does not know. */
  readonly document: unknown;
}

/** The decision that a notice is about, or after which it became due. */
export interface NoticeOrigin {
  readonly environment: string;
  readonly rolloutId: string;
  readonly attempt: number;
  readonly sequence: number;
  readonly atMs: number;
}

export type NoticeState = 'waiting' | 'sent' | 'given-up';

export interface NoticeRow {
  /** Grows with each notice of the database; the order of one rollout's. */
  readonly number: number;
  readonly id: string;
  readonly environment: string;
  readonly rolloutId: string;
  readonly sequence: number;
  readonly kind: string;
  readonly target: string;
  readonly lane: string;
  readonly document: unknown;
  readonly state: NoticeState;
  /** How often it was claimed. */
  readonly tries: number;
  readonly createdAtMs: number;
  /** Since when it waits: when it was made, or put back. */
  readonly waitsSinceMs: number;
  readonly dueAtMs: number;
  readonly settledAtMs: number | null;
  /** What went wrong last. */
  readonly failure: string | null;
}

export interface NoticeClaim {
  readonly environment: string;
  readonly nowMs: number;
  readonly claimMs: number;
  readonly perLane: number;
  readonly limit: number;
}

export type NoticeSettlement =
  | { readonly state: 'sent'; readonly atMs: number }
  | { readonly state: 'waiting'; readonly dueAtMs: number; readonly failure: string }
  | { readonly state: 'given-up'; readonly atMs: number; readonly failure: string };

export interface NoticeFilter {
  readonly before?: number;
  readonly limit: number;
  readonly state?: NoticeState;
  readonly rolloutId?: string;
}

export interface NoticeLimits {
  readonly nowMs: number;
  readonly waitingMax: number;
  readonly settledMax: number;
  readonly sentForMs: number;
  readonly givenUpForMs: number;
}

export interface ScheduleRow {
  readonly id: string;
  readonly environment: string;
  readonly flagKey: string;
  /** When it is to happen. */
  readonly atMs: number;
  readonly patch: unknown;
  readonly reason: string;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  /** The environment's revision when it was made. */
  readonly madeAtRevision: number;
  readonly state: ScheduleState;
  /** The revision of the change that it made; null when it made none. */
  readonly revision: number | null;
}

export type NewScheduleRow = Omit<ScheduleRow, 'madeAtRevision' | 'state' | 'revision'>;

export type CreateScheduleOutcome =
  | { readonly kind: 'created'; readonly schedule: ScheduleRow }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'no-environment' };

export interface Settlement {
  readonly environment: string;
  readonly scheduleId: string;
  readonly state: Exclude<ScheduleState, { kind: 'pending' }>;
  /** The flag's change, and the environment's revision at which it was checked. */
  readonly checked: { readonly change: NewChange; readonly atRevision: number } | null;
}

export type SettleOutcome =
  | { readonly kind: 'settled'; readonly schedule: ScheduleRow }
  | { readonly kind: 'lease-lost' }
  /** It was settled before, or there never was one. */
  | { readonly kind: 'not-pending' }
  | { readonly kind: 'overtaken'; readonly currentRevision: number };

export interface TrafficWeightRow {
  readonly environment: string;
  readonly adapterKey: string;
  readonly weight: TrafficWeight;
  /** By whoever applies documents; null before the first. */
  readonly reportedPpm: number | null;
}

export interface MeasurementsRow {
  readonly rolloutId: string;
  /** Of the rollout, when it was measured. */
  readonly epoch: number;
  /** A JSON value, whose shape the port does not know. */
  readonly run: unknown;
  readonly atMs: number;
}

/** How many SDKs of an environment are connected to one node and answer from at least `revision`. */
export interface ConnectionCount {
  readonly environment: string;
  readonly appliedRevision: number;
  readonly count: number;
}
