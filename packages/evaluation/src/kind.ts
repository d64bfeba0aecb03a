import type { FlagKind } from './flag.ts';

/**
 * The kind of flag that can hold a value: `json` means an object, a list or null, because the scalars have kinds of
 * their own. undefined for what is no JSON (a function, a bigint, undefined itself).
 */
export function kindOf(value: unknown): FlagKind | undefined {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  return typeof value === 'object' ? 'json' : undefined;
}

/** Whether a flag of this kind may hold the value, or be asked for with it as the caller's default. */
export function matchesKind(kind: FlagKind, value: unknown): boolean {
  return kindOf(value) === kind;
}
