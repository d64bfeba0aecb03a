import { type Context, type Evaluation, evaluate } from '@tidegate/evaluation';
import type { OfrepErrorCode, OfrepFailure, OfrepSuccess } from '@tidegate/protocol';
import type { KeyKind } from '../../stream/gateway.ts';
import type { EnvironmentView } from '../delivery/index.ts';

/** What is asked, and as far as which kind of key may see it. */
export interface Asked {
  readonly view: EnvironmentView;
  readonly keyKind: KeyKind;
  readonly context: Context;
}

/**
 * The flags that a kind of key may ask for, evaluated by the rules that SDKs evaluate by. A browser is told what a
 * `value` flag tells it in a snapshot: no rule's name, which may be a customer's, and no word of why a flag is broken.
 * A flag that browsers may not have is to them a flag that does not exist.
 */
export function evaluateOne({ view, keyKind, context }: Asked, flagKey: string): OfrepSuccess | OfrepFailure {
  if (keyKind === 'browser' && !view.browserShare.flags.has(flagKey)) return notFound(flagKey);
  const evaluation = evaluate(view.rules, flagKey, context);
  if (evaluation.reason === 'ERROR') return failureOf(flagKey, evaluation, keyKind);
  const { value, variation, reason, ruleId, revision } = evaluation;
  return {
    key: flagKey,
    reason,
    ...(variation !== undefined && { variant: variation }),
    ...(value !== undefined && { value }),
    metadata: {
      environment: view.environment,
      revision,
      ...(ruleId !== undefined && keyKind === 'server' && { ruleId }),
    },
  };
}

/** Ordered by key, so that every node gives the same answer the same bytes. */
export function evaluateAllVisible(asked: Asked): (OfrepSuccess | OfrepFailure)[] {
  const { view, keyKind } = asked;
  const keys = keyKind === 'server' ? view.flags.keys() : view.browserShare.flags;
  return [...keys].sort().map((key) => evaluateOne(asked, key));
}

function failureOf(key: string, evaluation: Evaluation, keyKind: KeyKind): OfrepFailure {
  const errorCode = ofrepCodeOf(evaluation);
  if (errorCode === 'FLAG_NOT_FOUND') return notFound(key);
  const errorDetails = keyKind === 'server' ? evaluation.errorMessage : undefined;
  return { key, errorCode, errorDetails: errorDetails ?? 'The server could not evaluate the flag for this context.' };
}

function notFound(key: string): OfrepFailure {
  return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `There is no flag ${JSON.stringify(key)}.` };
}

/** The codes that the protocol has; of the others none comes from evaluating. */
function ofrepCodeOf({ errorCode = 'GENERAL' }: Evaluation): OfrepErrorCode {
  switch (errorCode) {
    case 'FLAG_NOT_FOUND':
    case 'PARSE_ERROR':
    case 'TARGETING_KEY_MISSING':
    case 'INVALID_CONTEXT':
      return errorCode;
    default:
      return 'GENERAL';
  }
}
