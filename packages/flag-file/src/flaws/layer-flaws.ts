import type { Flag, LayerSlice } from '@tidegate/evaluation';
import type { FileFlaw } from './file-flaw.ts';

/** Flags of one layer share no unit: two slices that overlap would break that promise without a word. */
export function findLayerFlaws(flags: readonly Flag[]): readonly FileFlaw[] {
  const slices = flags.flatMap(({ key, layer }) => (layer === undefined ? [] : [{ flag: key, ...layer }]));
  return slices.flatMap((slice, index) => {
    const path = ['flags', slice.flag, 'layer'];
    if (slice.toPpm <= slice.fromPpm)
      return [{ path, detail: `it ends at ${slice.toPpm}, not after ${slice.fromPpm}` }];
    const other = slices.slice(0, index).find((earlier) => overlap(earlier, slice));
    if (other === undefined) return [];
    const detail = `[${slice.fromPpm}, ${slice.toPpm}) of layer ${slice.key} overlaps that of flag ${other.flag}, [${other.fromPpm}, ${other.toPpm})`;
    return [{ path, detail }];
  });
}

function overlap(one: LayerSlice, other: LayerSlice): boolean {
  return one.key === other.key && one.fromPpm < other.toPpm && other.fromPpm < one.toPpm;
}
