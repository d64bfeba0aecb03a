/**
 * The six stages in which data moves from an old store to a new one, as LaunchDarkly's migration flags have them
 * (https://launchdarkly.com/docs/sdk/features/migrations). A string flag has them as its values; who is at which stage
 * is the flag's to say, and a rollout moves units from one to the next.
 *
 *     stage        reads                  writes
 *     off          old                    old
 *     dual-write   old                    old, then new
 *     shadow       old, compared to new   old, then new
 *     live         new, compared to old   new, then old
 *     ramp-down    new                    new, then old
 *     complete     new                    new
 */
export type MigrationStage = 'off' | 'dual-write' | 'shadow' | 'live' | 'ramp-down' | 'complete';

export type MigrationSide = 'old' | 'new';

export interface StagePlan {
  readonly read: MigrationSide;
  /** Whether the other side is read too, and compared. */
  readonly compares: boolean;
  /** In this order. The first decides: when it fails, nothing is written to the second. */
  readonly writes: readonly [first: MigrationSide, second?: MigrationSide];
}

export const STAGE_PLANS: Readonly<Record<MigrationStage, StagePlan>> = {
  off: { read: 'old', compares: false, writes: ['old'] },
  'dual-write': { read: 'old', compares: false, writes: ['old', 'new'] },
  shadow: { read: 'old', compares: true, writes: ['old', 'new'] },
  live: { read: 'new', compares: true, writes: ['new', 'old'] },
  'ramp-down': { read: 'new', compares: false, writes: ['new', 'old'] },
  complete: { read: 'new', compares: false, writes: ['new'] },
};

export function isMigrationStage(value: unknown): value is MigrationStage {
  return typeof value === 'string' && Object.hasOwn(STAGE_PLANS, value);
}
