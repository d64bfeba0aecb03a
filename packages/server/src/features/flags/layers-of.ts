import type { FlagDocument, LayerView } from '@tidegate/protocol';
import { unitOfSlice } from './unit-of-slice.ts';

type Range = LayerView['free'][number];

/** Where the positions of a layer end. */
const EVERYONE_PPM = 1_000_000;

/** The layers that flags divide, by key. */
export function layersOf(flags: readonly FlagDocument[]): LayerView[] {
  const slices = flags.flatMap(({ key: flagKey, enabled, layer }) =>
    layer === undefined ? [] : [{ layer, slice: { flagKey, enabled, fromPpm: layer.fromPpm, toPpm: layer.toPpm } }],
  );
  const units = new Map(slices.map(({ layer }) => [layer.key, unitOfSlice(layer)]));
  return [...units]
    .map(([key, unit]) => {
      const own = slices.filter(({ layer }) => layer.key === key).map(({ slice }) => slice);
      return layerOf(
        key,
        unit,
        own.sort((a, b) => a.fromPpm - b.fromPpm),
      );
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function layerOf(key: string, unit: string, slices: LayerView['slices']): LayerView {
  const free = freeBetween(slices);
  const freePpm = free.reduce((sum, { fromPpm, toPpm }) => sum + toPpm - fromPpm, 0);
  return { key, unit, slices, free, freePpm };
}

function freeBetween(slices: readonly Range[]): Range[] {
  const free: Range[] = [];
  let takenToPpm = 0;
  for (const { fromPpm, toPpm } of [...slices, { fromPpm: EVERYONE_PPM, toPpm: EVERYONE_PPM }]) {
    if (fromPpm > takenToPpm) free.push({ fromPpm: takenToPpm, toPpm: fromPpm });
    takenToPpm = Math.max(takenToPpm, toPpm);
  }
  return free;
}
