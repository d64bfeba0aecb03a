import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate, evaluateAll } from './evaluate.ts';
import type { Context, ExplanationStep } from './evaluation.ts';
import { explain } from './explain.ts';
import type { Flag, Segment } from './flag.ts';
import { context, damaged, flag, flagKey, flags, segment, segmentKey, segments } from './generated-rules.fixture.ts';
import { flagKeys, type Rules, type RulesChange, recompile } from './rules.ts';

const answers = (rules: Rules, asked: Context) =>
  Object.fromEntries(flagKeys(rules).map((key) => [`flag ${key}`, evaluate(rules, key, asked)]));

describe('evaluate', () => {
  test('agrees with explain on every flag, and with evaluateAll', () => {
    fc.assert(
      fc.property(flags, segments, context, (someFlags, someSegments, asked) => {
        const rules = compile(
          { revision: 1, flags: someFlags, segments: someSegments },
          { nowMs: () => 1_763_760_000_000 },
        );
        const all = evaluateAll(rules, asked);
        for (const key of ['a', 'b', 'c', 'd', '__proto__', 'constructor']) {
          const evaluation = evaluate(rules, key, asked);
          const explanation = explain(rules, key, asked);
          expect(explanation.evaluation).toEqual(evaluation);
          expect(lastServed(explanation.steps)).toBe(
            evaluation.reason === 'ERROR' ? undefined : (evaluation.variation ?? '$default'),
          );
          if (all.has(key)) expect(all.get(key)).toEqual(evaluation);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('gives a variation of the flag, or an error with a code and a message', () => {
    fc.assert(
      fc.property(flags, segments, context, (someFlags, someSegments, asked) => {
        for (const evaluation of evaluateAll(
          compile({ revision: 1, flags: someFlags, segments: someSegments }),
          asked,
        ).values()) {
          const isError = evaluation.reason === 'ERROR';
          expect(evaluation.value).toBe(evaluation.variation && `value of ${evaluation.variation}`);
          if (isError) expect(evaluation.variation).toBeUndefined();
          expect([typeof evaluation.errorCode, typeof evaluation.errorMessage]).toEqual(
            isError ? ['string', 'string'] : ['undefined', 'undefined'],
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  test('and explain never throw, whatever the documents and the context', () => {
    fc.assert(
      fc.property(
        fc.array(damaged(flag), { maxLength: 4 }),
        fc.array(damaged(segment), { maxLength: 4 }),
        fc.oneof(context, fc.anything() as fc.Arbitrary<Context>),
        (someFlags, someSegments, asked) => {
          const rules = compile({ revision: 1, flags: someFlags, segments: someSegments });
          for (const key of flagKeys(rules)) {
            expect(explain(rules, key, asked).evaluation).toEqual(evaluate(rules, key, asked));
          }
        },
      ),
      { numRuns: 250 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test('recompile gives what compiling everything anew gives, before and after first use', () => {
  const change: fc.Arbitrary<RulesChange> = fc.oneof(
    flag.map((document): RulesChange => ({ kind: 'flag', key: document.key, document })),
    segment.map((document): RulesChange => ({ kind: 'segment', key: document.key, document })),
    flagKey.map((key): RulesChange => ({ kind: 'flag', key, document: null })),
    segmentKey.map((key): RulesChange => ({ kind: 'segment', key, document: null })),
  );
  fc.assert(
    fc.property(
      flags,
      segments,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      context,
      fc.boolean(),
      (...drawn) => {
        const [someFlags, someSegments, changes, asked, isUsedBefore] = drawn;
        const before = compile({ revision: 1, flags: someFlags, segments: someSegments });
        const answersBefore = isUsedBefore ? answers(before, asked) : undefined;
        const recompiled = recompile(before, changes, 2);
        const whole = { flags: new Map<string, Flag>(), segments: new Map<string, Segment>() };
        for (const document of someFlags) whole.flags.set(document.key, document);
        for (const document of someSegments) whole.segments.set(document.key, document);
        for (const change of changes) {
          if (change.kind === 'flag') put(whole.flags, change.key, change.document);
          else put(whole.segments, change.key, change.document);
        }
        const anew = compile({ revision: 2, flags: [...whole.flags.values()], segments: [...whole.segments.values()] });
        expect(answers(recompiled, asked)).toEqual(answers(anew, asked));
        if (answersBefore !== undefined) expect(answers(before, asked)).toEqual(answersBefore);
      },
    ),
    { numRuns: 150 },
  );
});

function put<T>(documents: Map<string, T>, key: string, document: T | null): void {
  if (document === null) documents.delete(key);
  else documents.set(key, document);
}

/** The variation that the last step says was served. */
function lastServed(steps: readonly ExplanationStep[]): string | undefined {
  const last = steps.at(-1);
  return last?.kind === 'serve' || (last?.kind === 'target' && last.matched) ? last.variation : undefined;
}
