import { asContext, attributeReader, DEFAULT_UNIT, unitKeyFrom } from '../attribute.ts';
import { CORE_OPERATORS } from '../core-operators.ts';
import type { Context, Evaluation } from '../evaluation.ts';
import type { Evaluator, MakeEvaluator } from '../evaluator.ts';
import type { Arm, Condition, ExposureTag, Flag, Leaf, Prerequisite, Segment, Serve, ServeRollout } from '../flag.ts';
import { isScalar } from '../json.ts';
import type { Meaning } from '../meaning.ts';
import { fail, flagNotFound, serve, servedBy, type Why } from '../outcome.ts';
import { REFERENCE_DEPTH_MAX } from '../reach.ts';
import type { RulesChange } from '../rules.ts';
import { pagePosition } from './page-bucket.ts';

/**
 * The flag language without its rare words, read from the documents at every evaluation: no plans, no checks, little
 * code. It trusts its documents, which a server has checked; whatever one does to it, that flag answers PARSE_ERROR, and
 * so do circles, which servers refuse.
 */
export const pageEvaluator: MakeEvaluator = ({ flags, segments }, nowMs) =>
  evaluatorOf({ flags: byKey(flags), segments: byKey(segments) }, nowMs);

interface Held {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
}

/** Words that are not read here, as they stand in JSON; one that stands in a value costs a chunk that was not needed. */
const RARE_WORDS = /"(operator":"(semver|before|notB|after|notA|matches|notM|inC|notInC)|dialect"|bucketing")/;

const POSITIONS_PPM = 1_000_000;

function evaluatorOf(held: Held, nowMs: () => number): Evaluator {
  const { flags, segments } = held;
  return {
    evaluate(flagKey, context) {
      const flag = flags.get(flagKey);
      if (flag === undefined) return flagNotFound(flagKey);
      return new Asking(held, asContext(context), nowMs).answer(flag);
    },
    changed: (changes) =>
      evaluatorOf(
        { flags: changedBy(flags, changes, 'flag'), segments: changedBy(segments, changes, 'segment') },
        nowMs,
      ),
    understands: () => !RARE_WORDS.test(JSON.stringify([...flags.values(), ...segments.values()])),
  };
}

/** One context that asks. */
class Asking {
  readonly #held: Held;
  readonly #context: Context;
  readonly #nowMs: () => number;
  /** How many flags and segments ask one another just now. */
  #depth = 0;

  constructor(held: Held, context: Context, nowMs: () => number) {
    this.#held = held;
    this.#context = context;
    this.#nowMs = nowMs;
  }

  answer(flag: Flag): Evaluation {
    try {
      return this.#deeper(() => this.#answer(flag));
    } catch (error) {
      return fail('PARSE_ERROR', String(error));
    }
  }

  #answer(flag: Flag): Evaluation {
    const { offVariation, prerequisites, targets, holdout, layer, rules, fallthrough } = flag;
    const off = (reason: Why['reason']) => give(flag, offVariation, { reason });
    if (!flag.enabled) return off('DISABLED');
    for (const prerequisite of prerequisites) if (!this.#isMet(prerequisite)) return off('DEFAULT');
    for (const { variation, unit, keys } of targets) {
      const unitKey = this.#unitKey(unit);
      if (unitKey !== undefined && keys.includes(unitKey)) return give(flag, variation, { reason: 'TARGETING_MATCH' });
    }
    if (holdout !== undefined && this.#isIn(holdout)) return off('TARGETING_MATCH');
    if (layer && !this.#isBetween({ ...layer, salt: `layer/${layer.key}` })) return off('SPLIT');
    for (const { id, condition, serve } of rules) {
      const evaluation =
        this.#matches(condition) && this.#serve(flag, serve, { reason: 'TARGETING_MATCH', ruleId: id });
      if (evaluation) return evaluation;
    }
    const isPlain = !(prerequisites.length + targets.length + rules.length || holdout !== undefined || layer);
    const reason = isPlain && fallthrough.kind === 'variation' ? 'STATIC' : 'DEFAULT';
    const evaluation = this.#serve(flag, fallthrough, { reason });
    return (
      evaluation ?? fail('TARGETING_KEY_MISSING', `"${flag.key}" is split by a unit that is missing`, flag.revision)
    );
  }

  #serve(flag: Flag, serve: Serve, { reason, ruleId }: Why): Evaluation | undefined {
    switch (serve.kind) {
      case 'variation':
        return give(flag, serve.variation, { reason, ruleId });
      case 'evaluated': {
        const { variation, errorCode = 'GENERAL', exposure } = serve;
        if (serve.reason === 'ERROR') return fail(errorCode, 'said the server', flag.revision);
        return give(flag, variation, { reason: serve.reason, ruleId: serve.ruleId, exposure });
      }
      case 'split':
      case 'rollout': {
        const { unit, bucketGroup = flag.salt, onMissingUnit } = serve;
        const position = this.#position(unit, bucketGroup);
        if (position === undefined) {
          return onMissingUnit === undefined ? undefined : give(flag, onMissingUnit, { reason, ruleId });
        }
        const split = { reason: 'SPLIT', ruleId } as const;
        if (serve.kind === 'rollout') return giveArm(flag, serve, { position, split });
        const range = serve.ranges.find(({ fromPpm, toPpm }) => position >= fromPpm && position < toPpm);
        return range && give(flag, range.variation, split);
      }
      default:
        throw new Error(serve.kind);
    }
  }

  #matches(condition: Condition): boolean {
    const matches = (child: Condition) => this.#matches(child);
    if ('all' in condition) return condition.all.every(matches);
    if ('any' in condition) return condition.any.some(matches);
    if ('not' in condition) return !matches(condition.not);
    if ('segment' in condition) return this.#isIn(condition.segment);
    if ('flag' in condition) return this.#isMet(condition);
    if ('bucket' in condition && 'salt' in condition.bucket) return this.#isBetween(condition.bucket);
    if ('operator' in condition && condition.dialect === undefined) return this.#compares(condition);
    throw new Error('unknown condition');
  }

  #compares({ attribute, operator, values }: Leaf): boolean {
    const actual = attributeReader(attribute, this.#nowMs)(this.#context);
    const isPresent = actual != null;
    if (operator === 'exists') return isPresent;
    if (operator === 'notExists') return !isPresent;
    const meaning = (CORE_OPERATORS as Readonly<Record<string, Meaning>>)[operator];
    if (meaning === undefined) throw new Error(operator);
    if (!isPresent) return false;
    // A list of lists relates to nothing, nor does an object.
    const elements = typeof actual !== 'object' ? [actual] : Array.isArray(actual) ? actual.filter(isScalar) : [];
    const taken = values.filter(meaning.takes);
    return elements.some((element) => meaning.relates(element, taken)) === meaning.wanted;
  }

  #isMet({ flag: flagKey, variations }: Prerequisite): boolean {
    const flag = this.#held.flags.get(flagKey);
    if (flag === undefined) return false;
    const { variation, reason } = this.#deeper(() => this.#answer(flag));
    return variation !== undefined && reason !== 'DISABLED' && variations.includes(variation);
  }

  #isIn(segmentKey: string): boolean {
    const segment = this.#held.segments.get(segmentKey);
    if (segment === undefined) return false;
    const { unit, included, excluded, condition } = segment;
    const unitKey = this.#unitKey(unit);
    if (unitKey !== undefined && excluded.includes(unitKey)) return false;
    return (unitKey !== undefined && included.includes(unitKey)) || this.#deeper(() => this.#matches(condition));
  }

  #isBetween({ unit, salt, fromPpm, toPpm }: Slice): boolean {
    const position = this.#position(unit, salt);
    return position !== undefined && position >= fromPpm && position < toPpm;
  }

  #position(unit: string | undefined, salt: string): number | undefined {
    const unitKey = this.#unitKey(unit);
    return unitKey === undefined ? undefined : pagePosition(unitKey, salt);
  }

  #unitKey(unit = DEFAULT_UNIT): string | undefined {
    return unitKeyFrom(attributeReader(unit)(this.#context));
  }

  #deeper<T>(ask: () => T): T {
    if (this.#depth > REFERENCE_DEPTH_MAX) throw new Error('a circle');
    this.#depth += 1;
    const answer = ask();
    this.#depth -= 1;
    return answer;
  }
}

interface Slice {
  readonly unit?: string;
  readonly salt: string;
  readonly fromPpm: number;
  readonly toPpm: number;
}

function give(flag: Flag, variation: string, why: Why): Evaluation {
  return serve(flag, servedBy(flag, variation), why);
}

/** Treatment is [0, treatmentPpm); of control, the right end is measured. */
function giveArm(
  flag: Flag,
  rollout: ServeRollout,
  { position, split }: { readonly position: number; readonly split: Why },
): Evaluation {
  const { rolloutId, epoch, stageIndex, unit = DEFAULT_UNIT, controlSamplePpm = POSITIONS_PPM } = rollout;
  const isTreatment = position < rollout.treatmentPpm;
  const arm: Arm = isTreatment ? 'treatment' : 'control';
  const isMeasured = isTreatment || position >= POSITIONS_PPM - controlSamplePpm;
  const exposure: ExposureTag | undefined = isMeasured ? { rolloutId, epoch, stageIndex, arm, unit } : undefined;
  return give(flag, rollout[arm], { ...split, exposure });
}

function byKey<D extends { readonly key: string }>(documents: readonly D[]): Map<string, D> {
  return new Map(documents.map((document) => [document.key, document]));
}

function changedBy<D extends { readonly key: string }>(
  documents: ReadonlyMap<string, D>,
  changes: readonly RulesChange[],
  kind: RulesChange['kind'],
): Map<string, D> {
  const after = new Map(documents);
  for (const { kind: changed, key, document } of changes) {
    if (changed !== kind) continue;
    if (document === null) after.delete(key);
    // A change of this kind carries a document of this kind.
    else after.set(key, document as unknown as D);
  }
  return after;
}
