import type { JsonValue } from '@tidegate/evaluation';
import type { FlagView } from '@tidegate/protocol';
import { asksOf } from './asks-of.ts';
import type { Step } from './plan.ts';

/**
 * A flag cannot lose a variation while another asks for it, and the other cannot ask for a new one before it is there.
 * So where both change, the first keeps what is still asked for, and loses it in a step of its own once nobody asks.
 */
export function keepAskedVariations(
  steps: readonly Step[],
  current: readonly FlagView[],
): { readonly widened: readonly Step[]; readonly narrowings: readonly Step[] } {
  const narrowings: Step[] = [];
  const widened = steps.map((step): Step => {
    if (step.action !== 'update') return step;
    const setting = step.settings.find(({ name }) => name === 'variations');
    if (setting === undefined) return step;
    const stays = new Set(listOf(setting.to).map(keyOf));
    const lost = listOf(setting.from).filter((variation) => !stays.has(keyOf(variation)));
    if (lost.length === 0) return step;
    const others = current.filter(({ key }) => key !== step.key);
    const asked = new Set<unknown>(others.flatMap((flag) => asksOf(flag, step.key)));
    const kept = lost.filter((variation) => asked.has(keyOf(variation)));
    if (kept.length === 0) return step;
    const both = [...listOf(setting.to), ...kept];
    const { kind, key } = step;
    const narrowing = { ...setting, from: both };
    narrowings.push({
      kind,
      key,
      action: 'update',
      revision: null,
      patch: { variations: listOf(setting.to) },
      settings: [narrowing],
    });
    const settings = step.settings.map((one) => (one === setting ? { ...setting, to: both } : one));
    return { ...step, patch: { ...step.patch, variations: both }, settings };
  });
  return { widened, narrowings };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function keyOf(variation: JsonValue): unknown {
  return typeof variation === 'object' && variation !== null ? Reflect.get(variation, 'key') : undefined;
}
