import type { Flag, Serve } from '@tidegate/evaluation';

/** Rollouts over more kinds of units at once than this are not measured through `track`. */
const UNIT_PATHS_MAX = 8;

/**
 * The attribute paths of the units that rollouts measure. An outcome must be counted for whatever was exposed: the
 * user of one rollout and the organisation of another.
 */
export function unitPathsOf(flags: Iterable<Flag>): string[] {
  const paths = new Set(['targetingKey']);
  for (const flag of flags) {
    addUnitPath(paths, flag.fallthrough);
    if (Array.isArray(flag.rules)) for (const rule of flag.rules) addUnitPath(paths, rule?.serve);
  }
  return [...paths].slice(0, UNIT_PATHS_MAX);
}

function addUnitPath(paths: Set<string>, serve: Serve | undefined): void {
  const unit = serve?.kind === 'rollout' ? serve.unit : serve?.kind === 'evaluated' ? serve.exposure?.unit : undefined;
  if (typeof unit === 'string') paths.add(unit);
}
