import type { JsonValue, Variation } from '@tidegate/evaluation';

/** A variant as `getVariant` answers with it, but for whether its feature is enabled, which the feature's flag says. */
export interface Variant {
  readonly name: string;
  readonly payload?: JsonValue;
  readonly enabled: boolean;
}

/** What `getVariant` answers with when there is none. */
const DISABLED_VARIANT: Variant = { name: 'disabled', enabled: false };

const VARIATION_KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/;

/** The variants that a feature can have, each as a variation, called as the variant is where a variation can be. */
export class Variants {
  readonly #variations = new Map<string, { readonly key: string; readonly variant: Variant }>();
  readonly #keys = new Set<string>();

  constructor() {
    this.keyOf(DISABLED_VARIANT);
  }

  /** The key of a variant's variation. */
  keyOf(variant: Variant): string {
    const written = JSON.stringify(variant);
    const known = this.#variations.get(written);
    if (known !== undefined) return known.key;
    const key = this.#freeKey(VARIATION_KEY.test(variant.name) ? variant.name : 'variant');
    this.#keys.add(key);
    this.#variations.set(written, { key, variant });
    return key;
  }

  variations(): readonly Variation[] {
    return [...this.#variations.values()].map(({ key, variant }) => ({ key, value: { ...variant } }));
  }

  keysNamed(names: readonly unknown[]): readonly string[] {
    return [...this.#variations.values()].filter(({ variant }) => names.includes(variant.name)).map(({ key }) => key);
  }

  #freeKey(name: string): string {
    if (!this.#keys.has(name)) return name;
    let number = 2;
    while (this.#keys.has(`${name}-${number}`)) number++;
    return `${name}-${number}`;
  }
}
