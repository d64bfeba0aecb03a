import type { Platform } from '@tidegate/sdk-core';
import { type Reported, runReported } from '../serve-reported.ts';
import { type CompareAnswers, withShadow } from '../shadow/shadow.ts';
import type { ShadowQueue } from '../shadow/shadow-queue.ts';
import { type MigrationSide, type MigrationStage, STAGE_PLANS } from './migration-stage.ts';

/** Both ways to read and to write. They are called when the stage says so, and never otherwise. */
export interface MigrationSteps<R, W> {
  /**
   * The stage while the flag cannot be evaluated or has another value. There is none that is right on every day: `off`
   * before the migration, and `complete` after it, when the old store may be gone.
   */
  readonly defaultStage: MigrationStage;
  readonly read: Sides<R> & {
    /** Whether two answers are the same; `isDeepStrictEqual` of Node when absent. */
    readonly compare?: CompareAnswers<Promise<R>> | undefined;
  };
  readonly write: Sides<W>;
}

type Sides<T> = Readonly<Record<MigrationSide, () => Promise<T>>>;

/** One unit's way through a migration; the stage stays as it was when this was made. */
export interface Migration<R, W> {
  readonly stage: MigrationStage;
  /**
   * What the stage's side answers, no later for the other side's sake: that is read afterwards, among the shadows of
   * the client, and compared. What is written in between is a difference as well.
   */
  read(): Promise<R>;
  /**
   * Writes to the sides of the stage one after the other. Rejects with the error of the first, and then has written
   * nothing to the second; that the second failed is for the caller to mend, and says so.
   */
  write(): Promise<Written<W>>;
}

export interface Written<W> {
  /** What the first side gave. */
  readonly value: W;
  readonly second:
    | { readonly kind: 'none' }
    | { readonly kind: 'written' }
    | { readonly kind: 'failed'; readonly side: MigrationSide; readonly error: unknown };
}

export interface MigrationSurroundings extends Pick<Platform, 'monotonicMs'>, Pick<Reported<string>, 'report'> {
  readonly shadows: ShadowQueue;
}

export function migrate<R, W>(
  stage: MigrationStage,
  { read, write }: MigrationSteps<R, W>,
  { report, shadows, monotonicMs }: MigrationSurroundings,
): Migration<R, W> {
  const plan = STAGE_PLANS[stage];
  const other = plan.read === 'old' ? 'new' : 'old';
  const control = read[plan.read];
  const reader = plan.compares
    ? withShadow({ control, candidate: read[other], compare: read.compare }, shadows, report)
    : control;
  const writeSecond = async (side: MigrationSide | undefined): Promise<Written<W>['second']> => {
    if (side === undefined) return { kind: 'none' };
    try {
      await write[side]();
      return { kind: 'written' };
    } catch (error) {
      report('$second-write-error', 1);
      return { kind: 'failed', side, error };
    }
  };
  return {
    stage,
    read: async () => await runReported(reader, { report, monotonicMs }),
    async write() {
      const [first, second] = plan.writes;
      const value = await runReported(write[first], { report, monotonicMs, durationEvent: '$write-duration' });
      return { value, second: await writeSecond(second) };
    },
  };
}
