import { formatPercent } from '@tidegate/analysis/quantities';
import type { Condition, Serve, SplitRange } from '@tidegate/evaluation';
import { describeCondition } from './condition.ts';

/** What a rule gives, in one phrase: `on`, `20% on, 80% off`, `rollout at 5%: on, the others off`. */
export function describeServe(serve: Serve): string {
  switch (serve.kind) {
    case 'variation':
      return serve.variation;
    case 'split':
      return `${describeSplit(serve.ranges)}${capsOf(serve.caps, ({ ranges }) => describeSplit(ranges))}`;
    case 'vendorSplit': {
      const served = new Set(serve.ranges.map(({ variation }) => variation));
      return `split as ${serve.bucketing.algorithm} does: ${[...served].join(', ')}`;
    }
    case 'rollout':
      return `rollout at ${formatPercent(serve.treatmentPpm)}: ${serve.treatment}, the others ${serve.control}${capsOf(serve.caps, ({ treatmentPpm }) => formatPercent(treatmentPpm))}`;
    case 'evaluated':
      return serve.variation;
    default:
      throw serve satisfies never;
  }
}

function capsOf<Cap extends { readonly condition: Condition }>(
  caps: readonly Cap[] | undefined,
  shareOf: (cap: Cap) => string,
): string {
  return (caps ?? []).map((cap) => `; if ${describeCondition(cap.condition)} ${shareOf(cap)}`).join('');
}

/** A variation may own several ranges: its share is their sum. */
export function describeSplit(ranges: readonly SplitRange[]): string {
  const shares = new Map<string, number>();
  for (const { fromPpm, toPpm, variation } of ranges) {
    shares.set(variation, (shares.get(variation) ?? 0) + toPpm - fromPpm);
  }
  return [...shares].map(([variation, ppm]) => `${formatPercent(ppm)} ${variation}`).join(', ');
}
