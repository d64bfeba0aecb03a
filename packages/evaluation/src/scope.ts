import type { References } from './flag-plan.ts';
import type { Means } from './language.ts';
import { SharedPlans } from './shared-plans.ts';

/** What is at hand while documents are planned. */
export interface Workshop extends Means {
  readonly shared: SharedPlans;
}

export function workshopOf({ language, nowMs }: Means): Workshop {
  return { language, nowMs, shared: new SharedPlans(language) };
}

/** What is at hand while one document is planned. */
export interface Scope extends Workshop {
  /** The keys that the document refers to so far, once per mention. */
  readonly flags: string[];
  readonly segments: string[];
}

export function scopeOf({ language, nowMs, shared }: Workshop): Scope {
  return { language, nowMs, shared, flags: [], segments: [] };
}

export function referencesOf({ flags, segments }: Scope): References | undefined {
  return flags.length + segments.length === 0 ? undefined : { flags, segments };
}
