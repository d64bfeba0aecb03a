import type { Condition } from '@tidegate/evaluation';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { constraintCondition } from './constraint-condition.ts';
import {
  DEFAULT_ROLLOUT_STICKINESS,
  fieldStickiness,
  SESSION_STICKINESS,
  type Stickiness,
  USER_STICKINESS,
} from './stickiness.ts';

/** The key of the segment with an id; undefined for one that is missing. Throws the refusal of one that is refused. */
export type SegmentKeyOf = (id: unknown) => string | undefined;

export interface StrategyCondition {
  /** When the strategy matches: never, when undefined. */
  readonly condition: Condition | undefined;
  readonly reasons: readonly string[];
}

/** Unleash rolls out in hundredths, numbered from 1. */
const ROLLOUT_COUNT = 100;
const ROLLOUT_SEED = 0;

/** Who a strategy is for: its constraints, its segments and what it does by itself, all together. */
export function strategyCondition(strategy: JsonRecord, where: string, segmentKeyOf: SegmentKeyOf): StrategyCondition {
  const constraints = listIn(strategy, 'constraints', where).map((constraint, index) =>
    constraintCondition(constraint, `${where}, constraint ${index + 1}`),
  );
  const ids = listIn(strategy, 'segments', where);
  const segments = ids.map(segmentKeyOf);
  const missing = ids.filter((_, index) => segments[index] === undefined);
  const reasons = missing.map((id) => `${where} never matches: its segment ${JSON.stringify(id)} is not in the file.`);
  const own = ownCondition(strategy, where);
  const named = segments.filter((key) => key !== undefined).map((segment) => ({ segment }));
  if (own.condition === undefined || missing.length > 0) return { condition: undefined, reasons };
  const parts = [...constraints, ...named, ...allOf(own.condition)];
  const [only] = parts;
  const condition = only !== undefined && parts.length === 1 ? only : { all: parts };
  return { condition, reasons: [...reasons, ...own.reasons] };
}

export function listIn(record: JsonRecord, member: string, where: string): readonly unknown[] {
  const list = record[member];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new Refusal(`${where}: ${member} is no list.`);
  return list;
}

const NEVER: StrategyCondition = { condition: undefined, reasons: [] };
const ALWAYS: StrategyCondition = { condition: { all: [] }, reasons: [] };

function allOf(condition: Condition): readonly Condition[] {
  return 'all' in condition ? condition.all : [condition];
}

function ownCondition(strategy: JsonRecord, where: string): StrategyCondition {
  const { name } = strategy;
  if (name === 'default') return ALWAYS;
  const { parameters } = strategy;
  if (!isRecord(parameters)) throw new Refusal(`${where} has no parameters.`);
  switch (name) {
    case 'userWithId':
      return listed({ operator: 'USER_IDS', attribute: 'userId' }, parameters['userIds'], where);
    case 'remoteAddress':
      return listed({ operator: 'REMOTE_ADDRESSES', attribute: 'remoteAddress' }, parameters['IPs'], where);
    case 'gradualRolloutUserId':
      return rollout(USER_STICKINESS, percentage(parameters['percentage']), groupOf(parameters, where));
    case 'gradualRolloutSessionId':
      return rollout(SESSION_STICKINESS, percentage(parameters['percentage']), groupOf(parameters, where));
    case 'gradualRolloutRandom':
      return byChance(percentage(parameters['percentage']), where);
    case 'flexibleRollout':
      return flexibleRollout(parameters, where);
    case 'applicationHostname':
      if (!parameters['hostNames']) return NEVER;
      throw new Refusal(`${where} asks for the name of the host, which no context holds.`);
    default:
      throw new Refusal(`${where} is a strategy of your own: it is code, which no file holds.`);
  }
}

function listed(
  leaf: { readonly operator: string; readonly attribute: string },
  text: unknown,
  where: string,
): StrategyCondition {
  if (!text) return NEVER;
  if (typeof text !== 'string') throw new Refusal(`${where} has a list that is no text.`);
  return { condition: { dialect: 'unleash', ...leaf, values: text.split(/\s*,\s*/) }, reasons: [] };
}

/** How many of the hundredths are in; what is no number is none. */
function percentage(value: unknown): number {
  const percent = Number(value);
  return percent >= 1 ? Math.min(Math.floor(percent), ROLLOUT_COUNT) : 0;
}

function groupOf({ groupId }: JsonRecord, where: string): string {
  if (groupId && typeof groupId !== 'string' && typeof groupId !== 'number') {
    throw new Refusal(`${where} has a groupId that is no text.`);
  }
  return groupId ? String(groupId) : '';
}

function rollout({ units, takes }: Stickiness, count: number, groupId: string): StrategyCondition {
  if (count === 0) return NEVER;
  const bucketing = {
    algorithm: 'unleash',
    groupId,
    seed: ROLLOUT_SEED,
    bucketCount: ROLLOUT_COUNT,
    takes,
  } as const;
  return { condition: { bucket: { bucketing, units, from: 1, to: count + 1 } }, reasons: [] };
}

function byChance(count: number, where: string): StrategyCondition {
  if (count === 0) return NEVER;
  if (count === ROLLOUT_COUNT) return ALWAYS;
  throw new Refusal(`${where} throws dice at every evaluation (${count} %): nobody has an answer that could be kept.`);
}

function flexibleRollout(parameters: JsonRecord, where: string): StrategyCondition {
  const count = percentage(parameters['rollout']);
  const stickiness = parameters['stickiness'] || 'default';
  if (stickiness === 'random') return byChance(count, where);
  const groupId = groupOf(parameters, where);
  const reasons =
    groupId === '' && count > 0
      ? [
          `${where} has no groupId: a \`featureToggle\` in the context, which Unleash would take instead, does not count here.`,
        ]
      : [];
  if (stickiness !== 'default') {
    const { condition } = rollout(fieldStickiness(stickiness, where), count, groupId);
    return { condition, reasons };
  }
  if (count === ROLLOUT_COUNT) return ALWAYS;
  const { condition } = rollout(DEFAULT_ROLLOUT_STICKINESS, count, groupId);
  if (condition === undefined) return NEVER;
  return {
    condition,
    reasons: [
      ...reasons,
      `${where}: a context with neither userId nor sessionId, for which Unleash throws dice, is outside its ${count} %.`,
    ],
  };
}
