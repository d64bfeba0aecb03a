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
import { fail } from '../outcome.ts';
import { REFERENCE_DEPTH_MAX } from '../reach.ts';
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
  /** How many flags and segments ask one another just now. */
  let depth = 0;
  const deeper = <T>(ask: () => T): T => {
    if (depth > REFERENCE_DEPTH_MAX) throw new Error('a circle');
    depth += 1;
    const answer = ask();
    depth -= 1;
    return answer;
  };

  const answer = (flag: Flag): Evaluation =>
    deeper(() => {
      const { offVariation, prerequisites, targets, holdout, layer, rules, fallthrough } = flag;
      const off = (reason: Reason) => give(flag, offVariation, reason);
      if (!flag.enabled) return off('DISABLED');
      if (!prerequisites.every(isMet)) return off('DEFAULT');
      const target = targets.find(({ unit, keys }) => isAmong(keys, unit));
      if (target) return give(flag, target.variation, 'TARGETING_MATCH');
      if (holdout !== undefined && isIn(holdout)) return off('TARGETING_MATCH');
      if (layer && !isBetween({ ...layer, salt: `layer/${layer.key}` })) return off('SPLIT');
      for (const { id, condition, serve } of rules) {
        const evaluation = matches(condition) && served(flag, serve, 'TARGETING_MATCH', id);
        if (evaluation) return evaluation;
      }
      const isPlain = !(prerequisites.length + targets.length + rules.length || holdout !== undefined || layer);
      return (
        served(flag, fallthrough, isPlain && fallthrough.kind === 'variation' ? 'STATIC' : 'DEFAULT') ??
        fail('TARGETING_KEY_MISSING', flag.key, flag.revision)
      );
    });

  /** Undefined when the unit that it takes is missing. */
  const served = (flag: Flag, serve: Serve, reason: Reason, ruleId?: string): Evaluation | undefined => {
    const { kind } = serve;
    if (kind === 'variation') return give(flag, serve.variation, reason, ruleId);
    if (kind === 'evaluated') {
      return serve.reason === 'ERROR'
        ? fail(serve.errorCode ?? 'GENERAL', 'said the server', flag.revision)
        : give(flag, serve.variation, serve.reason, serve.ruleId, serve.exposure);
    }
    if (kind === 'vendorSplit') throw new Error(kind);
    const { unit = DEFAULT_UNIT, bucketGroup = flag.salt, onMissingUnit } = serve;
    const position = positionOf(unit, bucketGroup);
    if (Number.isNaN(position)) {
      return onMissingUnit === undefined ? undefined : give(flag, onMissingUnit, reason, ruleId);
    }
    if (kind === 'split') {
      const range = serve.ranges.find(({ fromPpm, toPpm }) => position >= fromPpm && position < toPpm);
      return range && give(flag, range.variation, 'SPLIT', ruleId);
    }
    const { rolloutId, epoch, stageIndex, treatmentPpm, controlSamplePpm = POSITIONS_PPM } = serve;
    const arm: Arm = position < treatmentPpm ? 'treatment' : 'control';
    // Treatment is [0, treatmentPpm); of control, the right end is measured.
    const isMeasured = position < treatmentPpm || position >= POSITIONS_PPM - controlSamplePpm;
    return give(
      flag,
      serve[arm],
      'SPLIT',
      ruleId,
      isMeasured ? { rolloutId, epoch, stageIndex, arm, unit } : undefined,
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
    const { variation, reason } = answer(flag);
    return variation !== undefined && reason !== 'DISABLED' && variations.includes(variation);
  };
  const isIn = (segmentKey: string): boolean => {
    const segment = segments.get(segmentKey);
    if (segment === undefined) return false;
    const { unit, included, excluded, condition } = segment;
    return !isAmong(excluded, unit) && (isAmong(included, unit) || deeper(() => matches(condition)));
  };
  /** Whether the context's unit is; where there is none, it is among no keys. */
  const isAmong = (keys: readonly (string | undefined)[], unit = DEFAULT_UNIT): boolean =>
    keys.includes(unitKeyOf(context, unit));
  /** Not a number, which is between no others, where the unit is missing. */
  const positionOf = (unit: string, salt: string): number => {
    const unitKey = unitKeyOf(context, unit);
    return unitKey === undefined ? Number.NaN : pagePosition(unitKey, salt);
  };
  const isBetween = ({ unit = DEFAULT_UNIT, salt, fromPpm, toPpm }: Slice): boolean => {
    const position = positionOf(unit, salt);
    return position >= fromPpm && position < toPpm;
  };
  return answer;
}

interface Slice {
  readonly unit?: string;
  readonly salt: string;
  readonly fromPpm: number;
  readonly toPpm: number;
}

function give(flag: Flag, key: string, reason: Reason, ruleId?: string, exposure?: ExposureTag): Evaluation {
  const isCallersOwn = key === CALLER_DEFAULT;
  const found = isCallersOwn ? { value: undefined } : flag.variations.find((variation) => variation.key === key);
  if (found === undefined) throw new Error(key);
  const { value } = found;
  freeze(value);
  const variation = isCallersOwn ? undefined : key;
  // Parts without a value are as good as absent, and cost no code.
  return Object.freeze({ value, variation, reason, revision: flag.revision, ruleId, exposure }) as Evaluation;
}

/** To any depth that the stack allows: a deeper value is the flag's PARSE_ERROR. What is no object counts as frozen. */
function freeze(value: unknown): void {
  if (!Object.isFrozen(value)) Object.values(Object.freeze(value) ?? {}).forEach(freeze);
}

function byKey<D extends { readonly key: string }>(documents: readonly D[]): Map<string, D> {
  return new Map(documents.map((document) => [document.key, document]));
}
