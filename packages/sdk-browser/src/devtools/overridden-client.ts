import { type JsonValue, OVERRIDE_ANSWER, type VariationDetail, type Widened } from '@tidegate/sdk-core';

import type { BrowserClient, InnerClient } from '../browser-client.ts';
import type { Overrides } from './overrides.ts';

/**
 * A client that gives the values that it is told for some flags. Where one is of another type than the default's, the flag
 * answers as ever, and so it does for flags that ask for it as their prerequisite.
 */
export function overriddenClient(client: InnerClient, overrides: Overrides): BrowserClient {
  const find = <T extends JsonValue>(flagKey: string, defaultValue: T): Served<T> | undefined => {
    const values = overrides.all();
    const value = Object.hasOwn(values, flagKey) ? values[flagKey] : undefined;
    if (value === undefined || typeof value !== typeof defaultValue) return undefined;
    // Its type is that of the default.
    return { value, variation: OVERRIDE_ANSWER, reason: 'OVERRIDE', revision: 0 } as Served<T>;
  };
  /** The same, counted. */
  const serve = <T extends JsonValue>(flagKey: string, defaultValue: T): Served<T> | undefined => {
    const found = find(flagKey, defaultValue);
    if (found) client.events.served(flagKey, { ...found, value: null, reason: 'STATIC' }, {});
    return found;
  };
  return {
    ...client,
    peek: (flagKey, defaultValue) => find(flagKey, defaultValue) ?? client.peek(flagKey, defaultValue),
    variation(flagKey, defaultValue) {
      const served = serve(flagKey, defaultValue);
      return served ? served.value : client.variation(flagKey, defaultValue);
    },
    variationDetail: (flagKey, defaultValue) =>
      serve(flagKey, defaultValue) ?? client.variationDetail(flagKey, defaultValue),
    allVariations() {
      const all = new Map(client.allVariations());
      for (const [flagKey, value] of Object.entries(overrides.all())) {
        all.set(flagKey, { value, variation: OVERRIDE_ANSWER, reason: 'OVERRIDE', revision: 0 });
      }
      return all;
    },
    measure(flagKey, defaultValue) {
      const served = serve(flagKey, defaultValue);
      return served ? { value: served.value, end: () => undefined } : client.measure(flagKey, defaultValue);
    },
    run(flagKey, branches) {
      const served = serve(flagKey, false);
      return served ? branches[served.value ? 'treatment' : 'control']() : client.run(flagKey, branches);
    },
    on(event, listener) {
      const end = client.on(event, listener);
      if (event !== 'change') return end;
      const endOverrides = overrides.onChange((flagKeys) => {
        // What `change` comes with.
        (listener as (detail: unknown) => void)({ revision: client.status().revision, flagKeys });
      });
      return () => {
        end();
        endOverrides();
      };
    },
  };
}

type Served<T extends JsonValue> = VariationDetail<Widened<T>>;
