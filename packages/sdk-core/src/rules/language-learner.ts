import type { MakeEvaluator } from '@tidegate/evaluation/page';
import { drawDelayMs } from '../connection/backoff.ts';
import type { CancelTimer, Platform } from '../platform.ts';
import type { RulesOutcome, RulesStore } from './rules-store.ts';

/**
 * The rare words of the flag language come in a chunk of their own, which a page loads when the rules that it holds
 * speak them. Until it is there, the flags that need it answer the default with PARSE_ERROR, and all others as ever: a
 * kill never waits for a chunk. A chunk that cannot be had is asked for again, as long as it is needed.
 */
export interface LanguageLearner {
  /** Other rules are held: they may speak words that are not known yet. */
  look(): void;
  /** Whether the first attempt is under way. */
  isLearning(): boolean;
  stop(): void;
}

export interface LanguageLearnerOptions {
  readonly platform: Platform;
  readonly store: RulesStore;
  /** The rules held are understood now. */
  readonly onLearned: (outcome: RulesOutcome) => void;
  readonly onProblem: (problem: LanguageProblem) => void;
}

export interface LanguageProblem {
  readonly code: 'language-unavailable';
  readonly message: string;
}

export function createLanguageLearner(options: LanguageLearnerOptions): LanguageLearner {
  const { platform, store, onLearned, onProblem } = options;
  const { loadEvaluator } = platform;
  let state: 'idle' | 'learning' | 'waiting' | 'learned' | 'stopped' = 'idle';
  let failureCount = 0;
  let cancelTimer: CancelTimer | undefined;
  const look = (): void => {
    if (state === 'idle' && loadEvaluator !== undefined && !store.isUnderstood()) void learn(loadEvaluator);
  };
  const learn = async (load: () => Promise<MakeEvaluator>): Promise<void> => {
    state = 'learning';
    try {
      const evaluator = await load();
      state = 'learned';
      onLearned(store.learn(evaluator));
    } catch (error) {
      if (!isLearning()) return;
      state = 'waiting';
      failureCount += 1;
      cancelTimer = platform.after(drawDelayMs(platform, failureCount), () => {
        state = 'idle';
        look();
      });
      onProblem({ code: 'language-unavailable', message: String(error) });
    }
  };
  const isLearning = (): boolean => state === 'learning';
  return {
    look,
    isLearning,
    stop() {
      state = 'stopped';
      cancelTimer?.();
    },
  };
}
