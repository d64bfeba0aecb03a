import type { FlagView } from '@tidegate/protocol';
import { formatPercent } from './format.ts';

/** What a flag serves to whom no rule takes: `on`, `20% on, 80% off`, `rollout at 5%: on, the others off`. */
export function describeServed(flag: Pick<FlagView, 'enabled' | 'offVariation' | 'fallthrough'>): string {
  if (!flag.enabled) return flag.offVariation;
  const serve = flag.fallthrough;
  switch (serve.kind) {
    case 'variation':
    case 'evaluated':
      return serve.variation;
    case 'split':
      return `${describeSplit(serve.ranges)}${someCapped(serve)}`;
    case 'vendorSplit':
      return `split as ${serve.bucketing.algorithm} does`;
    case 'rollout':
      return `rollout at ${formatPercent(serve.treatmentPpm)}: ${serve.treatment}, the others ${serve.control}${someCapped(serve)}`;
    default:
      throw serve satisfies never;
  }
}

/** Whether some get less of it; the flag's document tells who. */
function someCapped({ caps }: { readonly caps?: readonly unknown[] }): string {
  return caps === undefined ? '' : ', some capped';
}

/** A variation may own several ranges: its share is their sum. */
export function describeSplit(ranges: readonly { fromPpm: number; toPpm: number; variation: string }[]): string {
  const shares = new Map<string, number>();
  for (const { fromPpm, toPpm, variation } of ranges) {
    shares.set(variation, (shares.get(variation) ?? 0) + toPpm - fromPpm);
  }
  return [...shares].map(([variation, ppm]) => `${formatPercent(ppm)} ${variation}`).join(', ');
}
