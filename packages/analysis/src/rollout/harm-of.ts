import type { KillCause } from './state.ts';

/** Who showed that the treatment does harm; null for every other cause. */
export function harmOf(cause: KillCause): string | null {
  switch (cause.kind) {
    case 'harm':
      return cause.metric;
    case 'limit':
      return cause.guard;
    case 'breakers':
      return 'open circuit breakers';
    case 'experiment':
    case 'command':
    case 'deadline':
      return null;
    default:
      throw cause satisfies never;
  }
}
