import type { RolloutView } from '@tidegate/protocol';
import { isPassing } from '../api/http-client.ts';
import type { TidegateApi } from '../api/tidegate-api.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { outcomeOf } from '../format/describe-state.ts';
import type { CliIo } from '../io.ts';
import type { RolloutDisplay } from './rollout-display.ts';

/** The controller looks once a second; looking more often shows nothing new. */
const INTERVAL_MS = 1_000;
/** A server that does not answer is asked less often, up to this. */
const INTERVAL_MAX_MS = 15_000;

/** What is waited for. */
export type Goal =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'rolled-back' }
  /** In this stage, or beyond it. */
  | { readonly kind: 'stage'; readonly stageIndex: number };

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
      const ended = exitCodeOf(looked.view, options.goal);
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

function exitCodeOf({ state, stageIndex }: RolloutView, goal: Goal): ExitCode | undefined {
  const outcome = outcomeOf(state);
  const isServed = state.kind === 'progressing' || state.kind === 'baking' || outcome === 'succeeded';
  if (goal.kind === 'stage' && isServed && (stageIndex ?? -1) >= goal.stageIndex) return EXIT.done;
  if (goal.kind === 'rolled-back' && outcome !== 'running') return outcome === 'killed' ? EXIT.done : EXIT.failed;
  switch (outcome) {
    case 'running':
      return undefined;
    case 'succeeded':
      return EXIT.done;
    case 'killed':
    case 'cancelled':
    case 'superseded':
      return EXIT.failed;
    default:
      throw outcome satisfies never;
  }
}
