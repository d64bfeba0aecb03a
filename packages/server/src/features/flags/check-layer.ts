import type { LayerSlice } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import type { ProblemError } from '../../http/problem.ts';
import { flawAt } from './flaw-at.ts';
import { unitOfSlice } from './unit-of-slice.ts';

/** Flags of one layer share no unit: they divide the same positions of the same unit. A disabled flag keeps its slice. */
export function checkLayer(
  { key, layer }: FlagDocument,
  others: ReadonlyMap<string, FlagDocument>,
): ProblemError | undefined {
  if (layer === undefined) return undefined;
  const { fromPpm, toPpm } = layer;
  if (toPpm <= fromPpm) return flawAt('layer-overlap', ['layer'], `the slice ends at ${toPpm}, not after ${fromPpm}`);
  for (const other of others.values()) {
    if (other.key === key || other.layer?.key !== layer.key) continue;
    const flaw = conflictOf(layer, other.layer);
    if (flaw !== undefined)
      return flawAt('layer-overlap', ['layer'], `flag ${other.key} of layer ${layer.key} ${flaw}`);
  }
  return undefined;
}

function conflictOf(slice: LayerSlice, other: LayerSlice): string | undefined {
  const [unit, otherUnit] = [unitOfSlice(slice), unitOfSlice(other)];
  if (unit !== otherUnit) return `divides by ${otherUnit}, and this one by ${unit}`;
  const isApart = slice.toPpm <= other.fromPpm || other.toPpm <= slice.fromPpm;
  return isApart ? undefined : `has ${other.fromPpm} to ${other.toPpm}, which overlaps`;
}
