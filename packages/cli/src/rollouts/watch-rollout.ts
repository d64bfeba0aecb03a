import { type Goal, verdictOf } from '@tidegate/analysis';
import type { RolloutView } from '@tidegate/protocol';
import { isPassing } from '../api/http-client.ts';
import type { TidegateApi } from '../api/tidegate-api.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import type { RolloutDisplay } from './rollout-display.ts';

/** The controller looks once a second; looking more often shows nothing new. */
const INTERVAL_MS = 1_000;
/** A server that does not answer is asked less often, up to this. */
const INTERVAL_MAX_MS = 15_000;

export interface WatchOptions {
  readonly api: TidegateApi;
  readonly io: CliIo;
  readonly rolloutId: string;
  readonly goal: Goal;
  readonly display: RolloutDisplay;
  /** Forever when absent. */
  readonly timeoutMs?: number;
}

/** Follows a rollout to its goal or its end, through restarts of the server. A killed one is followed until the kill is confirmed. */
export async function watchRollout(options: WatchOptions): Promise<ExitCode> {
  const { io, display, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const deadlineAtMs = io.nowMs() + timeoutMs;
  let intervalMs = INTERVAL_MS;
  for (;;) {
    const looked = await look(options);
    if (looked.kind === 'seen') {
      display.show(looked.view, io.nowMs());
      intervalMs = INTERVAL_MS;
      const ended = exitCodeOf(looked.view, options.goal, io.nowMs());
      if (ended !== undefined) return ended;
    } else {
      display.trouble(looked.message);
      intervalMs = Math.min(INTERVAL_MAX_MS, intervalMs * 2);
    }
    const remainingMs = deadlineAtMs - io.nowMs();
    if (remainingMs <= 0) {
      io.stderr.write('The time given is up; the rollout goes on.\n');
      return EXIT.inconclusive;
    }
    await io.sleep(Math.min(intervalMs, remainingMs));
  }
}

type Look =
  | { readonly kind: 'seen'; readonly view: RolloutView }
  | { readonly kind: 'trouble'; readonly message: string };

async function look({ api, rolloutId }: WatchOptions): Promise<Look> {
  try {
    return { kind: 'seen', view: await api.getRollout(rolloutId) };
  } catch (error) {
    if (!isPassing(error)) throw error;
    return { kind: 'trouble', message: error instanceof Error ? error.message : String(error) };
  }
}

function exitCodeOf({ state, plan }: RolloutView, goal: Goal, nowMs: number): ExitCode | undefined {
  // A kill is final, and worth following until it is confirmed.
  if (state.kind === 'aborting') return undefined;
  // Not carried to its end, and not because of anything that it showed.
  if (state.kind === 'superseded') return EXIT.conflict;
  const verdict = verdictOf({ state, stageCount: plan.stages.length }, goal, nowMs);
  switch (verdict) {
    case 'running':
    case 'inconclusive':
      return undefined;
    case 'successful':
      return EXIT.done;
    case 'failed':
      return EXIT.failed;
    default:
      throw verdict satisfies never;
  }
}
