import type { Flag } from '@tidegate/evaluation';

/** An enabled boolean flag that serves `on` to everyone. A test overrides only what it is about. */
export function buildFlag(overrides: Partial<Flag> = {}): Flag {
  return {
    key: 'new-checkout',
    kind: 'boolean',
    variations: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    offVariation: 'off',
    salt: `salt-of-${overrides.key ?? 'new-checkout'}`,
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { kind: 'variation', variation: 'on' },
    clientSide: 'off',
    revision: 1,
    ...overrides,
  };
}
