import type { JsonValue } from '@tidegate/evaluation';
import { isServerKey } from './key-reasons.ts';

/** Longer texts are no names that read well in a rule. */
const NAME_LENGTH_MAX = 40;

/**
 * A key for each value of a flag of a vendor that names no variations: `on` and `off`, or texts that are names
 * themselves, when no two are one; otherwise `v0`, `v1`, ... by their places.
 */
export function variationKeys(values: readonly JsonValue[]): readonly string[] {
  const names = values.map(nameOf);
  const areNames = names.every((name) => name !== undefined) && new Set(names).size === values.length;
  return values.map((_, index) => (areNames && names[index]) || `v${index}`);
}

function nameOf(value: JsonValue): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' && value.length <= NAME_LENGTH_MAX && isServerKey(value) ? value : undefined;
}
