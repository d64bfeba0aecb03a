import { DEFAULT_UNIT } from './attribute.ts';
import { seedOf } from './bucket.ts';
import type { Evaluation } from './evaluation.ts';
import type { Condition, Flag, LayerSlice, Prerequisite } from './flag.ts';
import { fail, serveVariation } from './outcome.ts';
import { planServe, type ServePlan } from './serve.ts';

/**
 * Everything a flag can answer, in the order in which it is asked:
 *
 *     disabled ─▶ prerequisites ─▶ targets ─▶ holdout ─▶ layer ─▶ rules ─▶ fallthrough
 *
 * `evaluate` turns a plan into closures and `explain` reads it aloud, so both give the same evaluations.
 */
export interface FlagPlan {
  readonly enabled: boolean;
  readonly disabled: Evaluation;
  readonly prerequisites: readonly Prerequisite[];
  readonly unmet: Evaluation;
  readonly targets: readonly TargetPlan[];
  readonly offVariation: string;
  readonly holdout: HoldoutPlan | undefined;
  readonly layer: LayerPlan | undefined;
  readonly rules: readonly RulePlan[];
  readonly fallthrough: ServePlan;
  /** When the fallthrough passes on as well: it is split by a unit that the context lacks. */
  readonly unanswered: Evaluation;
}

export interface TargetPlan {
  readonly unit: string;
  readonly keys: readonly string[];
  readonly variation: string;
  readonly evaluation: Evaluation;
}

export interface HoldoutPlan {
  readonly segment: string;
  readonly held: Evaluation;
}

export interface LayerPlan {
  readonly key: string;
  readonly unit: string;
  readonly salt: string;
  readonly seed: number;
  readonly fromPpm: number;
  readonly toPpm: number;
  readonly outside: Evaluation;
}

export interface RulePlan {
  readonly id: string;
  readonly condition: Condition;
  readonly serve: ServePlan;
}

export function planFlag(flag: Flag): FlagPlan {
  const { enabled, offVariation, prerequisites, targets, holdout, layer, rules, fallthrough } = flag;
  const isStatic =
    fallthrough.kind === 'variation' &&
    prerequisites.length === 0 &&
    targets.length === 0 &&
    holdout === undefined &&
    layer === undefined &&
    rules.length === 0;
  return {
    enabled,
    disabled: serveVariation(flag, offVariation, { reason: 'DISABLED' }),
    prerequisites,
    unmet: serveVariation(flag, offVariation, { reason: 'DEFAULT' }),
    targets: targets.map(({ variation, unit = DEFAULT_UNIT, keys }) => ({
      unit,
      keys,
      variation,
      evaluation: serveVariation(flag, variation, { reason: 'TARGETING_MATCH' }),
    })),
    offVariation,
    holdout: holdout === undefined ? undefined : planHoldout(flag, holdout),
    layer: layer === undefined ? undefined : planLayer(flag, layer),
    rules: rules.map(({ id, condition, serve }) => ({
      id,
      condition,
      serve: planServe(flag, serve, { reason: 'TARGETING_MATCH', ruleId: id }),
    })),
    fallthrough: planServe(flag, fallthrough, { reason: isStatic ? 'STATIC' : 'DEFAULT' }),
    unanswered: missingUnit(flag),
  };
}

function planHoldout(flag: Flag, segment: string): HoldoutPlan {
  return { segment, held: serveVariation(flag, flag.offVariation, { reason: 'TARGETING_MATCH' }) };
}

function planLayer(flag: Flag, { key, unit = DEFAULT_UNIT, fromPpm, toPpm }: LayerSlice): LayerPlan {
  const salt = `layer/${key}`;
  const outside = serveVariation(flag, flag.offVariation, { reason: 'SPLIT' });
  return { key, unit, salt, seed: seedOf(salt), fromPpm, toPpm, outside };
}

/**
 * OpenFeature's answer to a targeting key that is required and missing: the caller serves its own default and is told
 * why. The off variation would look like a decision, and nobody would find the forgotten key.
 */
function missingUnit(flag: Flag): Evaluation {
  const message = `What "${flag.key}" serves is split by a unit that the context lacks: give it, or set onMissingUnit`;
  return fail('TARGETING_KEY_MISSING', message, flag.revision);
}
