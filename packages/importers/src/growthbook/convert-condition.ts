import type { Condition, JsonValue } from '@tidegate/evaluation';
import { allOf, anyOf, EVERYBODY, NOBODY } from '../condition-tree.ts';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { conditionPath } from './attribute-path.ts';

/**
 * A condition of GrowthBook as a tree over leaves of its dialect: logic is Tidegate's, where it is plain logic. Saved
 * groups with conditions of their own, and lists with their own attribute, are segments; a list that is asked of some
 * other attribute (`$inGroup`) becomes the values of a leaf.
 *
 * @throws Refusal for what is no condition.
 */
export function convertCondition(condition: unknown, savedGroups: JsonRecord): Condition {
  return objectCondition(condition, { savedGroups, levelsLeft: LEVELS_MAX });
}

/** More levels than any condition of Tidegate may have, so that what is deeper is found there. */
const LEVELS_MAX = 64;

interface Where {
  readonly savedGroups: JsonRecord;
  readonly levelsLeft: number;
}

function deeper({ savedGroups, levelsLeft }: Where): Where {
  if (levelsLeft === 0) throw new Refusal(`Its conditions nest deeper than ${LEVELS_MAX} levels.`);
  return { savedGroups, levelsLeft: levelsLeft - 1 };
}

function objectCondition(condition: unknown, outside: Where): Condition {
  if (!isRecord(condition)) throw new Refusal(`It has the condition ${JSON.stringify(condition)}, which is none.`);
  const where = deeper(outside);
  return allOf(Object.entries(condition).map(([name, value]) => memberCondition(name, value, where)));
}

function memberCondition(name: string, value: unknown, where: Where): Condition {
  switch (name) {
    case '$and':
      return allOf(conditionsOf(value, where));
    case '$or':
      return someOf(conditionsOf(value, where));
    case '$nor':
      return { not: someOf(conditionsOf(value, where)) };
    case '$not':
      return { not: objectCondition(value, where) };
    case '$savedGroup':
      return savedGroupCondition(value, where);
    default:
      return valueCondition(conditionPath(name), value, where);
  }
}

function conditionsOf(value: unknown, where: Where): Condition[] {
  if (!Array.isArray(value)) throw new Refusal(`It has ${JSON.stringify(value)} for a list of conditions.`);
  return value.map((condition) => objectCondition(condition, where));
}

/** Of no conditions, everybody meets one: the vendor's word, not logic's. */
function someOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? EVERYBODY : anyOf(conditions);
}

function valueCondition(attribute: string, condition: unknown, outside: Where): Condition {
  const where = deeper(outside);
  const operators = isRecord(condition) ? Object.entries(condition) : [];
  if (operators.length === 0 || !operators.every(([name]) => name.startsWith('$'))) {
    return leaf(attribute, 'is', [condition]);
  }
  return allOf(operators.map(([operator, expected]) => operatorCondition(attribute, { operator, expected }, where)));
}

const LIST_OPERATORS = new Set(['$in', '$nin', '$ini', '$nini', '$all', '$alli']);

function operatorCondition(
  attribute: string,
  { operator, expected }: { readonly operator: string; readonly expected: unknown },
  where: Where,
): Condition {
  switch (operator) {
    case '$not':
      return { not: valueCondition(attribute, expected, where) };
    case '$inGroup':
    case '$notInGroup': {
      const values = valuesOfGroup(expected, where);
      // A group that is no list has nobody in it and nobody outside.
      return values === undefined ? NOBODY : leaf(attribute, operator === '$inGroup' ? '$in' : '$nin', values);
    }
    default: {
      if (!LIST_OPERATORS.has(operator)) return leaf(attribute, operator, [expected]);
      if (!Array.isArray(expected))
        throw new Refusal(`It gives ${operator} ${JSON.stringify(expected)}, which is no list.`);
      return leaf(attribute, operator, expected);
    }
  }
}

function leaf(attribute: string, operator: string, values: readonly unknown[]): Condition {
  // What came as JSON is JSON.
  return { dialect: 'growthbook', attribute, operator, values: values as readonly JsonValue[] };
}

function savedGroupCondition(reference: unknown, { savedGroups }: Where): Condition {
  const { id, attributeKey } = isRecord(reference) ? reference : {};
  if (typeof id !== 'string') return NOBODY;
  if (attributeKey !== undefined && typeof attributeKey !== 'string') return NOBODY;
  const group = groupOf(id, savedGroups);
  if (!isRecord(group)) return NOBODY;
  if (attributeKey !== undefined && group['type'] === 'list') return listCondition({ ...group, attributeKey });
  return isSegment(group) ? { segment: id } : NOBODY;
}

/** Whether a saved group has members by itself, whoever asks. */
export function isSegment(group: unknown): group is JsonRecord {
  return isRecord(group) && (group['type'] === 'list' || group['type'] === 'condition');
}

/** Who is in a saved group that is a segment. */
export function savedGroupSegment(group: JsonRecord, savedGroups: JsonRecord): Condition {
  if (group['type'] === 'list') return listCondition(group);
  return isRecord(group['condition']) ? convertCondition(group['condition'], savedGroups) : NOBODY;
}

function listCondition({ attributeKey, values }: JsonRecord): Condition {
  if (typeof attributeKey !== 'string' || !Array.isArray(values)) return NOBODY;
  return leaf(conditionPath(attributeKey), '$in', values);
}

function valuesOfGroup(id: unknown, { savedGroups }: Where): readonly unknown[] | undefined {
  if (typeof id !== 'string') throw new Refusal(`It asks for the saved group ${JSON.stringify(id)}, which is no id.`);
  const group = groupOf(id, savedGroups);
  if (group === undefined) return [];
  if (Array.isArray(group)) return group;
  const { type, values } = isRecord(group) ? group : {};
  return type === 'list' && Array.isArray(values) ? values : undefined;
}

function groupOf(id: string, savedGroups: JsonRecord): unknown {
  if (id in Object.prototype) throw new Refusal(`The saved group ${JSON.stringify(id)} means something to JavaScript.`);
  return savedGroups[id];
}
