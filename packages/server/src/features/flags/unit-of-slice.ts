import type { LayerSlice } from '@tidegate/evaluation';

/** What a layer divides; as everywhere, the targeting key unless something else is named. */
export function unitOfSlice({ unit = 'targetingKey' }: LayerSlice): string {
  return unit;
}
