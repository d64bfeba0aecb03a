import type { Context, Evaluation } from '../evaluation.ts';
import type { MakeEvaluator } from '../evaluator.ts';
import {
  type Arm,
  CALLER_DEFAULT,
  type Condition,
  type ExposureTag,
  type Flag,
  type Leaf,
  type Prerequisite,
  type Reason,
  type Segment,
  type Serve,
} from '../flag.ts';
import type { JsonValue } from '../json.ts';
import { fail } from '../outcome.ts';
import { REFERENCE_VISITS_MAX } from '../reach.ts';
import { attributeOf, unitKeyOf } from './page-attribute.ts';
import { pagePosition } from './page-bucket.ts';
import { RELATIONS } from './page-relations.ts';

/**
 * The flag language without its rare words, read from the documents at every evaluation: no plans, no checks, little
 * code. It trusts its documents, which a server has checked; whatever one does to it, that flag answers PARSE_ERROR, and
 * so do circles, which servers refuse. A change makes another one.
 */
export const pageEvaluator: MakeEvaluator = ({ flags, segments }, nowMs) => {
  const held = { flags: byKey(flags), segments: byKey(segments), nowMs };
  return {
    evaluate(flagKey, context) {
      const flag = held.flags.get(flagKey);
      if (flag === undefined) return fail('FLAG_NOT_FOUND', flagKey);
      try {
        return answersFor(context, held)(flag);
      } catch (error) {
        return fail('PARSE_ERROR', String(error));
      }
    },
    understands: () => !RARE_WORDS.test(JSON.stringify([flags, segments])),
  };
};

interface Held {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
  nowMs(): number;
}

/** Words that are not read here, as they stand in JSON; one that stands in a value costs a chunk that was not needed. */
const RARE_WORDS = /"(operator":"(semver|before|notB|after|notA|matches|notM|inC|notInC)|dialect"|bucketing")/;

const DEFAULT_UNIT = 'targetingKey';
const POSITIONS_PPM = 1_000_000;

/** What flags answer to one context. */
function answersFor(context: Context, { flags, segments, nowMs }: Held): (flag: Flag) => Evaluation {
  /** How many other flags and segments were asked so far. */
  let visitCount = 0;
  const visit = (): void => {
    visitCount += 1;
    if (visitCount > REFERENCE_VISITS_MAX) throw new Error('a circle');
  };

  const answer = (flag: Flag): Evaluation => {
    const { offVariation, prerequisites, targets, holdout, layer, rules, fallthrough, revision } = flag;
    const give = (key: string, reason: Reason, ruleId?: string, exposure?: ExposureTag): Evaluation => {
      const variation = key === CALLER_DEFAULT ? undefined : key;
      const value = variation && servedValue(flag, variation);
      // Parts without a value are as good as absent, and cost no code.
      return Object.freeze({ value, variation, reason, revision, ruleId, exposure }) as Evaluation;
    };
    /** Undefined when the unit that it takes is missing. */
    const giveBy = (serve: Serve, reason: Reason, ruleId?: string): Evaluation | undefined => {
      const { kind } = serve;
      if (kind === 'variation') return give(serve.variation, reason, ruleId);
      if (kind === 'evaluated') {
        return serve.reason === 'ERROR'
          ? fail(serve.errorCode ?? 'GENERAL', 'said the server', revision)
          : give(serve.variation, serve.reason, serve.ruleId, serve.exposure);
      }
      if (kind === 'vendorSplit') throw new Error(kind);
      if (kind === 'rollout' && serve.scope && !matches(serve.scope)) return give(serve.control, reason, ruleId);
      const { unit = DEFAULT_UNIT, bucketGroup = flag.salt, onMissingUnit } = serve;
      const position = positionOf(unit, bucketGroup);
      if (Number.isNaN(position)) return onMissingUnit === undefined ? undefined : give(onMissingUnit, reason, ruleId);
      const holds = ({ condition }: { readonly condition: Condition }) => matches(condition);
      if (kind === 'split') {
        const { ranges } = serve.caps?.find(holds) ?? serve;
        const range = ranges.find((slice) => isWithin(position, slice));
        return range && give(range.variation, 'SPLIT', ruleId);
      }
      const { rolloutId, epoch, controlSamplePpm = POSITIONS_PPM } = serve;
      const { stageIndex, treatmentPpm } = serve.caps?.find(holds) ?? serve;
      const arm: Arm = position < treatmentPpm ? 'treatment' : 'control';
      // Treatment is [0, treatmentPpm); of control, the right end is measured.
      const isMeasured = position < treatmentPpm || position >= POSITIONS_PPM - controlSamplePpm;
      return give(serve[arm], 'SPLIT', ruleId, isMeasured ? { rolloutId, epoch, stageIndex, arm, unit } : undefined);
    };

    if (!flag.enabled) return give(offVariation, 'DISABLED');
    if (!prerequisites.every(isMet)) return give(offVariation, 'DEFAULT');
    const target = targets.find(({ unit, keys }) => isAmong(keys, unit));
    if (target) return give(target.variation, 'TARGETING_MATCH');
    if (holdout !== undefined && isIn(holdout)) return give(offVariation, 'TARGETING_MATCH');
    if (layer && !isBetween({ ...layer, salt: `layer/${layer.key}` })) return give(offVariation, 'SPLIT');
    for (const { id, condition, serve } of rules) {
      const evaluation = matches(condition) && giveBy(serve, 'TARGETING_MATCH', id);
      if (evaluation) return evaluation;
    }
    const isPlain = !(prerequisites.length + targets.length + rules.length || holdout !== undefined || layer);
    return (
      giveBy(fallthrough, isPlain && fallthrough.kind === 'variation' ? 'STATIC' : 'DEFAULT') ??
      fail('TARGETING_KEY_MISSING', flag.key, revision)
    );
  };

  const matches = (condition: Condition): boolean => {
    if ('all' in condition) return condition.all.every(matches);
    if ('any' in condition) return condition.any.some(matches);
    if ('not' in condition) return !matches(condition.not);
    if ('segment' in condition) return isIn(condition.segment);
    if ('flag' in condition) return isMet(condition);
    if ('bucket' in condition && 'salt' in condition.bucket) return isBetween(condition.bucket);
    if ('operator' in condition && condition.dialect === undefined) return compares(condition);
    throw new Error('unknown condition');
  };
  const compares = ({ attribute, operator, values }: Leaf): boolean => {
    const actual = attribute === '$now' ? nowMs() : attributeOf(context, attribute);
    const isPresent = actual != null;
    const word = operator.replace(/^not(.)/, (_, first: string) => first.toLowerCase());
    const isWanted = word === operator;
    if (word === 'exists') return isPresent === isWanted;
    const relates = RELATIONS[word];
    if (relates === undefined) throw new Error(operator);
    const elements = Array.isArray(actual) ? actual : [actual];
    return isPresent && elements.some((element) => values.some((value) => relates(element, value))) === isWanted;
  };
  const isMet = ({ flag: flagKey, variations }: Prerequisite): boolean => {
    const flag = flags.get(flagKey);
    if (flag === undefined) return false;
    visit();
    const { variation, reason } = answer(flag);
    return variation !== undefined && reason !== 'DISABLED' && variations.includes(variation);
  };
  const isIn = (segmentKey: string): boolean => {
    const segment = segments.get(segmentKey);
    if (segment === undefined) return false;
    visit();
    const { unit, included, excluded, condition } = segment;
    return !isAmong(excluded, unit) && (isAmong(included, unit) || matches(condition));
  };
  /** Whether the context's unit is; where there is none, it is among no keys. */
  const isAmong = (keys: readonly (string | undefined)[], unit = DEFAULT_UNIT): boolean =>
    keys.includes(unitKeyOf(context, unit));
  /** Not a number, which is between no others, where the unit is missing. */
  const positionOf = (unit: string, salt: string): number => {
    const unitKey = unitKeyOf(context, unit);
    return unitKey === undefined ? Number.NaN : pagePosition(unitKey, salt);
  };
  const isBetween = (slice: Slice): boolean => isWithin(positionOf(slice.unit ?? DEFAULT_UNIT, slice.salt), slice);
  return answer;
}

interface Slice extends Range {
  readonly unit?: string;
  readonly salt: string;
}

interface Range {
  readonly fromPpm: number;
  readonly toPpm: number;
}

function isWithin(position: number, { fromPpm, toPpm }: Range): boolean {
  return position >= fromPpm && position < toPpm;
}

function servedValue({ variations }: Flag, key: string): JsonValue {
  for (const variation of variations) {
    if (variation.key === key) {
      freeze(variation.value);
      return variation.value;
    }
  }
  throw new Error(key);
}

/** To any depth that the stack allows: a deeper value is the flag's PARSE_ERROR. What is no object counts as frozen. */
function freeze(value: unknown): void {
  if (!Object.isFrozen(value)) Object.values(Object.freeze(value) ?? {}).forEach(freeze);
}

/** The last of each key. */
export function byKey<D extends { readonly key: string }>(documents: readonly D[]): Map<string, D> {
  return new Map(documents.map((document) => [document.key, document]));
}
