import { type JsonValue, kindOf } from '@tidegate/evaluation';
import type { FlagDefinition } from './flag-file.ts';

/** A flag that serves one value to everybody: as its own variation where `base` has one of that value. */
export function constantFlag(value: JsonValue, base: FlagDefinition = {}): FlagDefinition {
  const { kind, variations, salt } = base;
  const text = JSON.stringify(value);
  const own = variations?.find((variation) => JSON.stringify(variation.value) === text);
  if (kind !== undefined && variations !== undefined && own !== undefined) {
    return { kind, variations, ...(salt !== undefined && { salt }), enabled: true, fallthrough: serve(own.key) };
  }
  if (typeof value === 'boolean') return { enabled: true, fallthrough: serve(value ? 'on' : 'off') };
  return { kind: kindOf(value) ?? 'json', variations: [{ key: 'value', value }], enabled: true };
}

function serve(variation: string) {
  return { kind: 'variation', variation } as const;
}
