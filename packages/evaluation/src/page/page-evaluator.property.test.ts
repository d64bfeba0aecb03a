import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitHashes } from '../bucket.ts';
import { compile } from '../compile.ts';
import { evaluate } from '../evaluate.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Flag, Segment } from '../flag.ts';
import { context, damaged, flag, flags, segment, segments } from '../generated-rules.fixture.ts';
import { reachFrom } from '../reach.ts';
import { flagsOf, segmentsOf, segmentsOfSegment } from '../references.ts';
import { pageUnitHashes } from './page-bucket.ts';
import { pageEvaluator } from './page-evaluator.ts';

const NOW_MS = 1_763_760_000_000;
const nowMs = () => NOW_MS;

const told = ({ errorMessage: _, ...evaluation }: Evaluation) => evaluation;

const isRefused = ({ errorCode }: Evaluation) => errorCode === 'PARSE_ERROR';

/** A flag, and all that it leads to. */
function flagsReached(start: Flag, someFlags: readonly Flag[]): Flag[] {
  const reach = reachFrom(flagsOf(start), (key) => someFlags.filter((one) => one.key === key).flatMap(flagsOf));
  return [start, ...someFlags.filter(({ key }) => reach.keys.has(key))];
}

/** Whether nothing that a flag leads to goes in circles: a server refuses what does. */
function isBounded(start: Flag, someFlags: readonly Flag[], someSegments: readonly Segment[]): boolean {
  const reach = reachFrom(flagsOf(start), (key) => someFlags.filter((one) => one.key === key).flatMap(flagsOf));
  const areSegmentsBounded = flagsReached(start, someFlags)
    .flatMap(segmentsOf)
    .every((first) => {
      const lead = (key: string) => someSegments.filter((one) => one.key === key).flatMap(segmentsOfSegment);
      return reachFrom([first], lead).isBounded;
    });
  return reach.isBounded && areSegmentsBounded;
}

test('a page answers as a server does, wherever it answers', () => {
  let answeredCount = 0;
  fc.assert(
    fc.property(flags, segments, context, (someFlags, someSegments, asked) => {
      const documents = { revision: 1, flags: someFlags, segments: someSegments };
      const rules = compile(documents, { nowMs });
      const page = pageEvaluator(documents, nowMs);
      for (const one of someFlags) {
        const answer = page.evaluate(one.key, asked);
        const expected = evaluate(rules, one.key, asked);
        // What a server finds malformed, it never sends.
        const isSent = flagsReached(one, someFlags).every(({ key }) => !isRefused(evaluate(rules, key, asked)));
        if (isRefused(answer) || !isSent || !isBounded(one, someFlags, someSegments)) continue;
        answeredCount += 1;
        expect(told(answer)).toEqual(told(expected));
      }
    }),
    { numRuns: 450 },
  );
  expect(answeredCount).toBeGreaterThan(200);
});

/** As they stand in JSON. */
const RARE_WORDS =
  /"(operator":"(semver|before|notB|after|notA|matches|notM|inC|notInC)|(dialect|bucket|bucketing|holdout|layer)":)/;

test('a page refuses nothing but circles among documents that it understands', () => {
  fc.assert(
    fc.property(flags, segments, context, (someFlags, someSegments, asked) => {
      fc.pre(!RARE_WORDS.test(JSON.stringify([someFlags, someSegments])));
      const page = pageEvaluator({ revision: 1, flags: someFlags, segments: someSegments }, nowMs);
      for (const { key } of someFlags) {
        const answer = page.evaluate(key, asked);
        if (isRefused(answer)) expect(answer.errorMessage).toContain('RangeError');
      }
    }),
    { numRuns: 200 },
  );
});

test('a page never throws, whatever the documents are', () => {
  fc.assert(
    fc.property(
      fc.array(damaged(flag), { maxLength: 4 }),
      fc.array(damaged(segment), { maxLength: 4 }),
      context,
      (someFlags, someSegments, asked) => {
        const page = pageEvaluator({ revision: 1, flags: someFlags, segments: someSegments }, nowMs);
        for (const { key } of someFlags) expect(page.evaluate(key, asked)).toHaveProperty('reason');
      },
    ),
    { numRuns: 150 },
  );
});

test('a page hashes units as a server does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 16 })), (text) => {
      expect(pageUnitHashes(text)).toEqual(unitHashes(text));
    }),
    { numRuns: 300 },
  );
});
