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
  type Serve,
} from '../flag.ts';
import type { JsonValue } from '../json.ts';
import { fail } from '../outcome.ts';
import { attributeOf, unitKeyOf } from './page-attribute.ts';
import { pagePosition } from './page-bucket.ts';
import { RELATIONS } from './page-relations.ts';

/**
 * The flag language without its rare words, read from the documents at every evaluation: no plans, no checks, little
 * code. A flag answers PARSE_ERROR where a context meets a word that is not read here: versions, instants, addresses,
 * patterns, holdouts, layers, buckets, other vendors' words. It trusts its documents, which a server has checked;
 * whatever one does to it, that flag answers PARSE_ERROR, and so do circles, which servers refuse. A change makes
 * another one.
 */
export const pageEvaluator: MakeEvaluator = (documents, nowMs) => {
  const flags = byKey(documents.flags);
  const segments = byKey(documents.segments);
  const answersFor = (context: Context): ((flag: Flag) => Evaluation) => {
    const answer = (flag: Flag): Evaluation => {
      const { offVariation, prerequisites, targets, rules, fallthrough, revision } = flag;
      const give = (key: string, reason: Reason, ruleId?: string, exposure?: ExposureTag): Evaluation => {
        const variation = key === CALLER_DEFAULT ? undefined : key;
        const value = variation && servedValue(flag, variation);
        // Parts without a value are as good as absent, and cost no code.
        return { value, variation, reason, revision, ruleId, exposure } as Evaluation;
      };
      /** Undefined when the unit that it takes is missing. */
      const giveBy = (serve: Serve, reason: Reason, ruleId?: string): Evaluation | undefined => {
        const { kind } = serve;
        if (kind === 'variation') return give(serve.variation, reason, ruleId);
        if (kind === 'evaluated') {
          return serve.reason === 'ERROR'
            ? fail(serve.errorCode ?? 'GENERAL', '', revision)
            : give(serve.variation, serve.reason, serve.ruleId, serve.exposure);
        }
        if (kind === 'vendorSplit') throw new Error(kind);
        if (kind === 'rollout' && serve.scope && !matches(serve.scope)) return give(serve.control, reason, ruleId);
        const { unit = DEFAULT_UNIT, bucketGroup = flag.salt, onMissingUnit } = serve;
        const unitKey = unitKeyOf(context, unit);
        if (!unitKey) return onMissingUnit ? give(onMissingUnit, reason, ruleId) : undefined;
        const position = pagePosition(unitKey, bucketGroup);
        const holds = ({ condition }: { readonly condition: Condition }) => matches(condition);
        if (kind === 'split') {
          const { ranges } = serve.caps?.find(holds) ?? serve;
          const range = ranges.find(({ fromPpm, toPpm }) => position >= fromPpm && position < toPpm);
          return range && give(range.variation, 'SPLIT', ruleId);
        }
        const { rolloutId, epoch, controlSamplePpm = POSITIONS_PPM } = serve;
        const { stageIndex, treatmentPpm } = serve.caps?.find(holds) ?? serve;
        // Treatment is [0, treatmentPpm); of control, the right end is measured.
        const isTreated = position < treatmentPpm;
        const arm: Arm = isTreated ? 'treatment' : 'control';
        const isMeasured = isTreated || position >= POSITIONS_PPM - controlSamplePpm;
        return give(serve[arm], 'SPLIT', ruleId, isMeasured ? { rolloutId, epoch, stageIndex, arm, unit } : undefined);
      };

      if (!flag.enabled) return give(offVariation, 'DISABLED');
      if (!prerequisites.every(isMet)) return give(offVariation, 'DEFAULT');
      const target = targets.find(({ unit, keys }) => isAmong(keys, unit));
      if (target) return give(target.variation, 'TARGETING_MATCH');
      if (flag.holdout ?? flag.layer) throw new Error('rare');
      for (const { id, condition, serve } of rules) {
        const evaluation = matches(condition) && giveBy(serve, 'TARGETING_MATCH', id);
        if (evaluation) return evaluation;
      }
      const isPlain = fallthrough.kind === 'variation' && !(prerequisites.length + targets.length + rules.length);
      return giveBy(fallthrough, isPlain ? 'STATIC' : 'DEFAULT') ?? fail('TARGETING_KEY_MISSING', flag.key, revision);
    };

    const matches = (condition: Condition): boolean => {
      if ('all' in condition) return condition.all.every(matches);
      if ('any' in condition) return condition.any.some(matches);
      if ('not' in condition) return !matches(condition.not);
      if ('segment' in condition) return isIn(condition.segment);
      if ('flag' in condition) return isMet(condition);
      if ('operator' in condition && !condition.dialect) return compares(condition);
      throw new Error('rare');
    };
    const compares = ({ attribute, operator, values }: Leaf): boolean => {
      const actual = attribute === '$now' ? nowMs() : attributeOf(context, attribute);
      const isPresent = actual != null;
      const word = operator.toLowerCase().replace(/^not/, '');
      const isWanted = word.length === operator.length;
      if (word === 'exists') return isPresent === isWanted;
      const relates = RELATIONS[word];
      if (!relates) throw new Error(operator);
      const elements = Array.isArray(actual) ? actual : [actual];
      return isPresent && elements.some((element) => values.some((value) => relates(element, value))) === isWanted;
    };
    const isMet = ({ flag: flagKey, variations }: Prerequisite): boolean => {
      const flag = flags.get(flagKey);
      if (!flag) return false;
      const { variation = '', reason } = answer(flag);
      return reason !== 'DISABLED' && variations.includes(variation);
    };
    const isIn = (segmentKey: string): boolean => {
      const segment = segments.get(segmentKey);
      if (!segment) return false;
      const { unit, included, excluded, condition } = segment;
      return !isAmong(excluded, unit) && (isAmong(included, unit) || matches(condition));
    };
    /** Whether the context's unit is; where there is none, it is among no keys. */
    const isAmong = (keys: readonly (string | undefined)[], unit = DEFAULT_UNIT): boolean =>
      keys.includes(unitKeyOf(context, unit));
    return answer;
  };
  return {
    evaluate(flagKey, context) {
      const flag = flags.get(flagKey);
      if (!flag) return fail('FLAG_NOT_FOUND', flagKey);
      try {
        return answersFor(context)(flag);
      } catch (error) {
        return fail('PARSE_ERROR', String(error));
      }
    },
  };
};

const DEFAULT_UNIT = 'targetingKey';
const POSITIONS_PPM = 1_000_000;

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
