import type { FlagDocument, NewFlag } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';

/**
 * A new flag with everything that was left out: a boolean flag gets the variations `off` and `on`, and the first
 * variation is what any flag serves until told otherwise. The salt never changes, so no later change reshuffles units. One
 * made here is not the key, so that flags of one name in two environments bucket independently.
 */
export function createFlag(body: NewFlag, made: { createdAtMs: number; randomId: () => string }): FlagDocument {
  const { key, kind, variations = defaultVariations(body), offVariation, fallthrough, salt, ...settings } = body;
  const off = offVariation ?? variations[0]?.key;
  // The schema wants at least one variation.
  if (off === undefined) throw new Error(`Flag ${key} has no variation`);
  return {
    key,
    kind,
    ...settings,
    variations,
    offVariation: off,
    fallthrough: fallthrough ?? { kind: 'variation', variation: off },
    salt: salt ?? made.randomId(),
    createdAtMs: made.createdAtMs,
  };
}

function defaultVariations({ key, kind }: NewFlag) {
  if (kind === 'boolean') {
    return [
      { key: 'off', value: false },
      { key: 'on', value: true },
    ];
  }
  const detail = `a flag of kind ${kind} needs its variations named; only a boolean flag has obvious ones`;
  throw problem('invalid-request', {
    detail: `Flag ${key}: ${detail}.`,
    errors: [{ pointer: '/variations', detail }],
  });
}
