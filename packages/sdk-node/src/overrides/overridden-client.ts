import type { Client, CoreClient, JsonValue, VariationDetail, Widened } from '@tidegate/sdk-core';
import { OVERRIDE_ANSWER } from '@tidegate/sdk-core/complete';
import type { Overrides } from './override-token.ts';

/** What an override changes. */
export type Overridden = Pick<Client, 'variation' | 'variationDetail' | 'allVariations' | 'measure' | 'run'>;

/**
 * A client that gives the variations that it is told for some flags, to whomever. They are counted as `$override` and
 * measured by nothing: neither an exposure nor an outcome of theirs is reported. Where an override names no variation of
 * the flag, or one of another type than the default's, the flag answers as ever. What other flags ask of this one as
 * their prerequisite is not overridden.
 */
export function overriddenClient(client: Overridden, core: CoreClient, overrides: Overrides): Overridden {
  const find = (flagKey: string): Found | undefined => {
    if (!Object.hasOwn(overrides, flagKey)) return undefined;
    const flag = core.held()?.flags.find(({ key }) => key === flagKey);
    const variation = flag?.variations.find(({ key }) => key === overrides[flagKey]);
    if (flag === undefined || variation === undefined) return undefined;
    // A copy: what the application does with it must not change what others are served.
    const value = structuredClone(variation.value);
    return { value, variation: variation.key, reason: 'OVERRIDE', revision: flag.revision };
  };
  /** One that is counted, of the default's type. */
  const serve = <T extends JsonValue>(flagKey: string, defaultValue: T): Served<T> | undefined => {
    const found = find(flagKey);
    if (found === undefined || typeof found.value !== typeof defaultValue) return undefined;
    core.events.recordEvaluation(flagKey, { ...found, variation: OVERRIDE_ANSWER, reason: 'STATIC' }, {});
    // Its type is that of the default.
    return found as Served<T>;
  };
  return {
    variation(flagKey, context, defaultValue) {
      const served = serve(flagKey, defaultValue);
      return served ? served.value : client.variation(flagKey, context, defaultValue);
    },
    variationDetail: (flagKey, context, defaultValue) =>
      serve(flagKey, defaultValue) ?? client.variationDetail(flagKey, context, defaultValue),
    allVariations: (context) =>
      new Map([...client.allVariations(context)].map(([flagKey, detail]) => [flagKey, find(flagKey) ?? detail])),
    measure(flagKey, context, defaultValue) {
      const served = serve(flagKey, defaultValue);
      return served ? { value: served.value, end: () => undefined } : client.measure(flagKey, context, defaultValue);
    },
    run(flagKey, context, branches) {
      const served = serve(flagKey, false);
      return served ? branches[served.value ? 'treatment' : 'control']() : client.run(flagKey, context, branches);
    },
  };
}

type Found = VariationDetail<JsonValue>;
type Served<T extends JsonValue> = VariationDetail<Widened<T>>;
