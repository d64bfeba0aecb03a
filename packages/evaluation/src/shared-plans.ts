import type { ComparePlan, PresencePlan } from './condition-plan.ts';
import type { Leaf, Variation } from './flag.ts';
import type { RangePlan, StepPlan } from './flag-plan.ts';
import type { JsonValue } from './json.ts';
import type { Language } from './language.ts';
import { quickHash } from './quick-hash.ts';
import { Shared } from './shared.ts';

type LeafPlan = ComparePlan | PresencePlan;

/** Longer lists are hardly ever written twice. */
const COMPARED_MAX = 16;

/** What is planned once, however many flags are written alike. */
export class SharedPlans {
  readonly #leaves: Shared<Leaf, LeafPlan>;
  readonly #variations = new Shared<Variation, Variation>(isSameVariation);
  readonly #ranges = new Shared<readonly RangePlan[], readonly RangePlan[]>(areSameRanges);
  readonly #steps = new Shared<StepPlan, StepPlan>(isSameStep);

  constructor({ operators }: Language) {
    this.#leaves = new Shared((plan, { attribute, operator, values }) => {
      if (plan.subject !== attribute || !areSame(plan.values, values)) return false;
      if (operator === 'exists' || operator === 'notExists') return plan.kind === operator;
      return plan.kind === 'compare' && plan.meaning === operators[operator];
    });
  }

  leaf(leaf: Leaf, make: () => LeafPlan): LeafPlan {
    const { attribute, operator, values } = leaf;
    if (values.length > COMPARED_MAX) return make();
    const hash = quickHash(attribute) + quickHash(operator) + valueHash(values[0]) + values.length;
    return this.#leaves.of(leaf, hash, make);
  }

  /** Objects may be as large as they like: what is compared is a scalar. */
  variation(variation: Variation): Variation {
    const { key, value } = variation;
    if (typeof value === 'object') return variation;
    return this.#variations.of(variation, quickHash(key) + valueHash(value), () => ({ key, value }));
  }

  ranges(ranges: readonly RangePlan[]): readonly RangePlan[] {
    if (ranges.length > COMPARED_MAX) return ranges;
    let hash = 0;
    for (const { to, served } of ranges) hash = Math.imul(hash, 31) + to + quickHash(served.key);
    return this.#ranges.of(ranges, hash, () => ranges);
  }

  step(step: StepPlan): StepPlan {
    if (step.split !== undefined) return step;
    const { id, kind, condition, served } = step;
    const subject = typeof condition.subject === 'string' ? condition.subject : '';
    const hash = quickHash(id) + quickHash(kind) + quickHash(subject) + quickHash(served?.key ?? '');
    return this.#steps.of(step, hash, () => step);
  }
}

function valueHash(value: JsonValue | undefined): number {
  if (typeof value === 'string') return quickHash(value);
  return typeof value === 'number' ? value : Number(value === true);
}

/** Nothing but scalars is the same as another. */
function areSame(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  if (left.length !== right.length) return false;
  let place = 0;
  for (const value of left) if (value !== right[place++]) return false;
  return true;
}

function isSameVariation(left: Variation, right: Variation): boolean {
  return left.key === right.key && left.value === right.value;
}

function areSameRanges(left: readonly RangePlan[], right: readonly RangePlan[]): boolean {
  return left.length === right.length && left.every((range, place) => isSameRange(range, right[place]));
}

function isSameRange(left: RangePlan, right: RangePlan | undefined): boolean {
  return (
    left.from === right?.from &&
    left.to === right.to &&
    left.served === right.served &&
    left.exposure === right.exposure
  );
}

function isSameStep(left: StepPlan, right: StepPlan): boolean {
  return (
    left.kind === right.kind &&
    left.id === right.id &&
    left.condition === right.condition &&
    left.served === right.served &&
    left.split === right.split
  );
}
