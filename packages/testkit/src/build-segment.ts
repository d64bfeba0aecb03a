import type { Segment } from '@tidegate/evaluation';

/** A segment that nobody is in. A test overrides only what it is about. */
export function buildSegment(overrides: Partial<Segment> = {}): Segment {
  return { key: 'beta-users', included: [], excluded: [], condition: { any: [] }, revision: 1, ...overrides };
}
