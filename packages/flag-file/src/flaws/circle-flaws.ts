import { flagsOf, REFERENCE_DEPTH_MAX, segmentsOfSegment } from '@tidegate/evaluation';
import type { FileFlaw } from './file-flaw.ts';
import type { Known } from './known.ts';

/** Flags that wait for themselves, segments that are part of themselves, and chains that evaluation does not follow. */
export function findCircleFlaws({ flags, segments }: Known): readonly FileFlaw[] {
  const flagGraph = new Map([...flags].map(([key, flag]) => [key, flagsOf(flag)]));
  const segmentGraph = new Map([...segments].map(([key, segment]) => [key, segmentsOfSegment(segment)]));
  return [
    ...findDeepFlaws(flagGraph, {
      member: 'flags',
      depthMax: REFERENCE_DEPTH_MAX,
      sentence: 'a flag cannot wait for itself',
    }),
    ...findDeepFlaws(segmentGraph, {
      member: 'segments',
      // The segment that a flag names is the first one on the way.
      depthMax: REFERENCE_DEPTH_MAX - 1,
      sentence: 'a segment cannot be part of itself',
    }),
  ];
}

type Graph = ReadonlyMap<string, readonly string[]>;

/** Each circle once, at the first of its documents that is met; and each document whose chain is too long. */
function findDeepFlaws(
  graph: Graph,
  { member, depthMax, sentence }: { readonly member: string; readonly depthMax: number; readonly sentence: string },
): readonly FileFlaw[] {
  const flaws: FileFlaw[] = [];
  const depths = new Map<string, number>();
  const path: string[] = [];

  function visit(key: string): number {
    const at = path.indexOf(key);
    if (at !== -1) {
      const circle = [...path.slice(at), key];
      flaws.push({ path: [member, key], detail: `${circle.join(' → ')}: ${sentence}` });
      return 0;
    }
    const found = depths.get(key);
    if (found !== undefined) return found;
    path.push(key);
    const next = (graph.get(key) ?? []).map((reference) => 1 + visit(reference));
    path.pop();
    const depth = Math.max(0, ...next);
    depths.set(key, depth);
    if (depth === depthMax + 1) {
      flaws.push({
        path: [member, key],
        detail: `it leads through more than ${depthMax} others: nothing follows so far`,
      });
    }
    return depth;
  }

  for (const key of graph.keys()) visit(key);
  return flaws;
}
