import type { Evaluation } from './evaluation.ts';
import { CALLER_DEFAULT, type Flag } from './flag.ts';

/**
 * What was evaluated for one context, as a flag that says so to whoever holds it: one constant rule, no condition, no other
 * variation. Which rule matched is left out: operators name rules after customers and campaigns. A flag that serves the
 * caller's default, or cannot be evaluated, has no variation, so that a page is told the same reason.
 */
export function valueFlag(of: Pick<Flag, 'key' | 'kind' | 'revision'>, evaluation: Evaluation): Flag {
  const { key, kind, revision } = of;
  const { value, variation = CALLER_DEFAULT, reason, errorCode, exposure } = evaluation;
  return {
    key,
    kind,
    variations: value === undefined ? [] : [{ key: variation, value }],
    enabled: true,
    offVariation: variation,
    salt: '',
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: {
      kind: 'evaluated',
      variation,
      reason,
      ...(errorCode !== undefined && { errorCode }),
      ...(exposure !== undefined && { exposure }),
    },
    clientSide: 'value',
    revision,
  };
}
