import type { Platform } from '../platform.ts';
import { createTimer } from '../timer.ts';
import type { RulesStore } from './rules-store.ts';

/**
 * The rare words of the flag language come in a chunk of their own, which a page loads when the rules that it holds
 * speak them. Until it is there, the flags that need it answer the default with PARSE_ERROR, and all others as ever: a
 * kill never waits for a chunk. A chunk that cannot be had is asked for again, as long as it is needed.
 */
export interface LanguageLearner {
  /** Other rules are held: they may speak words that are not known yet. */
  look(): void;
  /** Whether an attempt is under way, and none has failed. */
  isLearning(): boolean;
  stop(): void;
}

export interface LanguageLearnerOptions {
  readonly platform: Platform;
  readonly store: RulesStore;
  /** The rules held are understood now: any flag may answer otherwise. */
  readonly onLearned: () => void;
  readonly onProblem: (problem: LanguageProblem) => void;
}

export interface LanguageProblem {
  readonly code: 'language-unavailable';
  readonly message: string;
}

export function createLanguageLearner(options: LanguageLearnerOptions): LanguageLearner {
  const { platform, store, onLearned, onProblem } = options;
  const { loadEvaluator } = platform;
  const timer = createTimer(platform);
  let state: 'idle' | 'learning' | 'waiting' | 'stopped' = 'idle';
  const look = async (): Promise<void> => {
    if (state !== 'idle' || !loadEvaluator || store.held()?.evaluator.understands() !== false) return;
    state = 'learning';
    try {
      store.learn(await loadEvaluator());
      // There is nothing more to learn.
      state = 'stopped';
      onLearned();
    } catch (error) {
      if (isStopped()) return;
      state = 'waiting';
      timer.retry(() => {
        state = 'idle';
        void look();
      });
      onProblem({ code: 'language-unavailable', message: String(error) });
    }
  };
  const isStopped = (): boolean => state === 'stopped';
  return {
    look: () => void look(),
    isLearning: () => state === 'learning',
    stop() {
      timer.stop();
      state = 'stopped';
    },
  };
}
