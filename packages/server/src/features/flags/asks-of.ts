import type { FlagDocument } from '@tidegate/protocol';
import { leavesOf } from '../segments/index.ts';

/** What a flag wants another one to serve, and where it says so. */
export interface Ask {
  readonly flag: string;
  readonly variations: readonly string[];
  readonly path: readonly (string | number)[];
}

/** Everything that a flag asks of flags: its prerequisites, and the conditions of its rules. */
export function asksOf({ prerequisites, rules }: FlagDocument): Ask[] {
  const leaves = rules.flatMap(({ condition }, index) => leavesOf(condition, ['rules', index, 'condition']));
  return [
    ...prerequisites.map((prerequisite, index) => ({ ...prerequisite, path: ['prerequisites', index] })),
    ...leaves.flatMap(({ leaf, path }) =>
      'flag' in leaf ? [{ flag: leaf.flag, variations: leaf.variations, path }] : [],
    ),
  ];
}
