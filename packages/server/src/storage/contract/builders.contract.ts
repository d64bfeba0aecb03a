import type { Actor, Decision, DecisionInput, RolloutPlan, RolloutState } from '@tidegate/analysis';
import type {
  EnvironmentRow,
  KeyRow,
  NewChange,
  NewDecision,
  NewLogRecord,
  NewScheduleRow,
  ProjectRow,
  RolloutRow,
  Storage,
} from '../storage.ts';

/** Rows for the contract suite. A test names what it is about; names that must be unique are made so. */

let madeCount = 0;
export const uniqueKey = (prefix: string): string => `${prefix}-${String(++madeCount).padStart(6, '0')}`;

export const ACTOR: Actor = { kind: 'key', id: 'key-1', name: 'Ada "the operator" \\ Lovelace' };

export function buildProject(overrides: Partial<ProjectRow> = {}): ProjectRow {
  const projectKey = uniqueKey('project');
  return { projectKey, name: 'Shop', description: '', createdAtMs: 1_700_000_000_000, version: 1, ...overrides };
}

export function buildEnvironment(projectKey: string, overrides: Partial<EnvironmentRow> = {}): EnvironmentRow {
  const environmentKey = overrides.environmentKey ?? 'production';
  return {
    environment: `${projectKey}/${environmentKey}`,
    projectKey,
    environmentKey,
    name: 'Production',
    description: '',
    critical: true,
    createdAtMs: 1_700_000_000_000,
    version: 1,
    ...overrides,
  };
}

export function buildKey(overrides: Partial<KeyRow> = {}): KeyRow {
  const id = uniqueKey('key');
  return {
    id,
    kind: 'operator',
    name: 'Laptop',
    hash: `hash-of-${id}`,
    hint: 'tg_op_ab',
    environment: null,
    role: 'admin',
    createdAtMs: 1_700_000_000_000,
    revokedAtMs: null,
    ...overrides,
  };
}

export function buildChange(environment: string, overrides: Partial<NewChange> = {}): NewChange {
  return {
    environment,
    kind: 'flag',
    key: 'new-checkout',
    document: { enabled: true },
    archived: false,
    action: 'create',
    actor: ACTOR,
    reason: 'because',
    atMs: 1_700_000_000_000,
    expectedRevision: 0,
    ...overrides,
  };
}

export function buildRecords(environment: string, ...bodies: readonly string[]): NewLogRecord[] {
  return bodies.map((body) => ({ environment, body, receivedAtMs: 1_700_000_000_000 }));
}

export const PLAN: RolloutPlan = {
  flagKey: 'new-checkout',
  rule: 'fallthrough',
  treatment: 'on',
  control: 'off',
  unit: 'targetingKey',
  stages: [{ treatmentPpm: 1_000_000, dwellMs: 0, minUnits: 0 }],
  bakeMs: 0,
  alpha: 0.05,
  guards: [{ metric: 'run-errors', weight: 1 }],
  noDataMs: 60_000,
  confirmMs: 5_000,
};

export const PROGRESSING: RolloutState = { kind: 'progressing', stageIndex: 0, stageEnteredAtMs: 5, holds: [] };
export const SUCCEEDED: RolloutState = { kind: 'succeeded', atMs: 9 };

export function buildRollout(environment: string, overrides: Partial<RolloutRow> = {}): RolloutRow {
  return {
    id: uniqueKey('rollout'),
    environment,
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    plan: PLAN,
    state: PROGRESSING,
    anchor: { kind: 'variation', variation: 'off' },
    epoch: 1,
    version: 1,
    active: true,
    servedRevision: null,
    createdAtMs: 1_700_000_000_000,
    createdBy: ACTOR,
    updatedAtMs: 1_700_000_000_000,
    ...overrides,
  };
}

export function buildSchedule(environment: string, overrides: Partial<NewScheduleRow> = {}): NewScheduleRow {
  return {
    id: uniqueKey('schedule'),
    environment,
    flagKey: 'new-checkout',
    atMs: 1_700_000_060_000,
    patch: { enabled: true },
    reason: 'the campaign "begins"',
    createdAtMs: 1_700_000_000_000,
    createdBy: ACTOR,
    ...overrides,
  };
}

export function buildDecision(rollout: RolloutRow, overrides: Partial<NewDecision> = {}): NewDecision {
  return {
    rolloutId: rollout.id,
    environment: rollout.environment,
    expectedVersion: 1,
    state: SUCCEEDED,
    active: true,
    epoch: rollout.epoch,
    plan: rollout.plan,
    decision: DECISION,
    input: INPUT,
    waitsKept: null,
    atMs: 1_700_000_000_500,
    change: null,
    records: [],
    notices: [],
    ...overrides,
  };
}

const DECISION: Decision = { kind: 'succeed', state: SUCCEEDED, reason: 'it is "fine"', changed: true };

const INPUT: DecisionInput = {
  plan: PLAN,
  state: PROGRESSING,
  summary: {
    rolloutId: 'r',
    epoch: 1,
    guards: [{ metric: 'run-errors', harm: 'up' }],
    strata: [],
    crossoverCount: 0,
    unmatchedOutcomeCount: 0,
    waitingOutcomeCount: 0,
    browserUnitCount: 0,
    unitCount: 0,
    lastExposureAtMs: null,
    newestRecordAtMs: 0,
  },
  assessment: {
    guards: [],
    sampleRatio: { verdict: 'no_data', logEvidence: 0.1 + 0.2, logThreshold: 2.995732273553991, oddsRatio: null },
    logEvidence: -1.25e-300,
    logThreshold: 2.995732273553991,
    verdict: 'no_data',
    browserShare: 1 / 3,
  },
  command: null,
  confirmation: { connectedCount: 0, confirmedCount: 0 },
  nowMs: 7,
  lastLookAtMs: null,
};

/** A new environment of a new project, by its identity. */
export async function createEnvironment(storage: Storage): Promise<string> {
  const project = buildProject();
  const environment = buildEnvironment(project.projectKey);
  await storage.createProject(project);
  await storage.createEnvironment(environment);
  return environment.environment;
}

/** Everything of the batch log after the position, in pages of `limit`. */
export async function readAllRecords(storage: Storage, environment: string, limit = 1_000): Promise<string[]> {
  const bodies: string[] = [];
  const position: Record<string, number> = {};
  for (;;) {
    const rows = await storage.readRecords(environment, position, limit);
    for (const row of rows) {
      position[row.stream] = row.position;
      bodies.push(row.body);
    }
    if (rows.length < limit) return bodies;
  }
}
