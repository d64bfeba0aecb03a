import type { Flag } from '@tidegate/evaluation/page';

/** Rollouts over more kinds of units at once than this are not measured through `track`. */
const UNIT_PATHS_MAX = 8;

/**
 * The attribute paths of the units that rollouts measure. An outcome must be counted for whatever was exposed: the
 * user of one rollout and the organisation of another.
 */
export function unitPathsOf(flags: readonly Flag[]): string[] {
  const paths = new Set(['targetingKey']);
  for (const { fallthrough, rules } of flags) {
    try {
      for (const serve of [fallthrough, ...rules.map((rule) => rule.serve)]) {
        const unit = serve.kind === 'rollout' ? serve.unit : serve.kind === 'evaluated' && serve.exposure?.unit;
        if (unit) paths.add(unit);
      }
    } catch {
      // Nobody is exposed by a broken document.
    }
  }
  return [...paths].slice(0, UNIT_PATHS_MAX);
}
