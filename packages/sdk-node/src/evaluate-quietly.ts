import type { Context, CoreClient, Evaluation } from '@tidegate/sdk-core';

/** What the rules say, told to nobody: neither counted nor an exposure. Never throws. */
export function evaluateQuietly(core: CoreClient, flagKey: string, context: Context): Evaluation {
  try {
    return core.held()?.evaluator.evaluate(flagKey, context) ?? NOTHING;
  } catch {
    // A getter of the application threw.
    return NOTHING;
  }
}

const NOTHING: Evaluation = {
  value: undefined,
  variation: undefined,
  reason: 'ERROR',
  errorCode: 'GENERAL',
  revision: 0,
};
