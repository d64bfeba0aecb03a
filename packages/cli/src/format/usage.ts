import type { FlagUsageView, SdkUsage, VariationUsage } from '@tidegate/protocol';
import { formatCount, formatInstant, printable } from './text.ts';

/** Lines of label and text that tell who asked for a flag, and what they were served. */
export function usageRows({ variations, sdks }: FlagUsageView): [label: string, text: string][] {
  return [
    ...variations.map((usage): [string, string] => ['served', describeVariation(usage)]),
    ...sdks.map((sdk): [string, string] => ['asked by', describeSdk(sdk)]),
  ];
}

/** `node 1.2.0, last at 2026-03-01 14:03:05Z`. */
export function describeSdk({ name, version, keyKind, lastAtMs }: SdkUsage): string {
  const key = keyKind === 'browser' ? ' under a browser key' : '';
  return `${printable(name)} ${printable(version)}${key}, last at ${formatInstant(lastAtMs)}`;
}

function describeVariation({ variation, days, firstAtMs, lastAtMs }: VariationUsage): string {
  const count = days.reduce((sum, day) => sum + day.count, 0);
  const what = NO_VARIATION[variation] ?? printable(variation);
  return `${what}, ${formatCount(count)} times lately; from ${formatInstant(firstAtMs)} to ${formatInstant(lastAtMs)}`;
}

/** What the counters call otherwise. */
const NO_VARIATION: Readonly<Record<string, string>> = {
  $missing: 'nothing, because it was not there',
  $default: "the caller's default",
};
