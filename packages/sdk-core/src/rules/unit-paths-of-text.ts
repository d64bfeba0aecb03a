import { type Flag, flagsWithRollouts } from '@tidegate/evaluation';
import { unitPathsOf } from './unit-paths.ts';

/** As `unitPathsOf`, of flags that may still be text: only those in rollouts are read. */
export function unitPathsOfText(flags: readonly Flag[]): string[] {
  return unitPathsOf(flagsWithRollouts(flags));
}
