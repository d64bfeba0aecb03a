import type { ConditionTrace, Explanation, ExplanationStep } from '@tidegate/evaluation';
import type { DocumentId } from '../../storage/storage.ts';

type Document = Pick<DocumentId, 'kind' | 'key'>;

/** The names of the flags and segments that took part in an evaluation, whether they were there or not. */
export function documentsAsked(explanation: Explanation): ReadonlySet<string> {
  return new Set([...askedIn(explanation)].map(documentName));
}

export function documentName({ kind, key }: Document): string {
  return `${kind} ${key}`;
}

function* askedIn({ flagKey, steps }: Pick<Explanation, 'flagKey' | 'steps'>): Generator<Document> {
  yield { kind: 'flag', key: flagKey };
  for (const step of steps) yield* askedInStep(step);
}

function* askedInStep(step: ExplanationStep): Generator<Document> {
  switch (step.kind) {
    case 'prerequisite':
      yield* askedIn(step.explanation ?? { ...step, steps: [] });
      return;
    case 'holdout':
      yield* askedInTrace(step.segment);
      return;
    case 'scope':
    case 'cap':
    case 'rule':
      yield* askedInTrace(step.condition);
      return;
    case 'enabled':
    case 'target':
    case 'layer':
    case 'bucket':
    case 'vendorBucket':
    case 'fallthrough':
    case 'serve':
      return;
    default:
      throw step satisfies never;
  }
}

function* askedInTrace(trace: ConditionTrace): Generator<Document> {
  switch (trace.kind) {
    case 'all':
    case 'any':
      for (const child of trace.children) yield* askedInTrace(child);
      return;
    case 'not':
      yield* askedInTrace(trace.child);
      return;
    case 'segment':
      yield { kind: 'segment', key: trace.segment };
      if (trace.condition !== undefined) yield* askedInTrace(trace.condition);
      return;
    case 'flag':
      yield* askedIn(trace.explanation ?? { ...trace, steps: [] });
      return;
    case 'bucket':
    case 'vendorBucket':
    case 'leaf':
      return;
    default:
      throw trace satisfies never;
  }
}
