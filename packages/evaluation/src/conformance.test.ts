import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { matches } from './answer.ts';
import { unitKeyOf } from './attribute.ts';
import { positionPpm, seedOf, unitHashes } from './bucket.ts';
import { compile } from './compile.ts';
import { COMPLETE_LANGUAGE } from './complete-language.ts';
import { NO_LINKS } from './entry.ts';
import { evaluate } from './evaluate.ts';
import type { Context, Evaluation } from './evaluation.ts';
import { explain } from './explain.ts';
import type { Flag, Operator, Segment } from './flag.ts';
import type { JsonValue } from './json.ts';
import { planCondition } from './plan-condition.ts';
import { scopeOf } from './scope.ts';
import { xxh32Le32, xxh32Utf8 } from './xxh32.ts';

/** The cases in conformance/evaluation (conformance/README.md says what they mean), run by this implementation. */
function load<Cases>(name: string): Cases {
  const text = readFileSync(new URL(`../../../conformance/evaluation/${name}.json`, import.meta.url), 'utf8');
  // The format is the README's; a case of another shape fails its test.
  return JSON.parse(text) as Cases;
}

interface Hashing {
  readonly texts: readonly { readonly text: string; readonly seed: number; readonly hash: number }[];
  readonly numbers: readonly { readonly value: number; readonly seed: number; readonly hash: number }[];
}

test('hashing', () => {
  const { texts, numbers } = load<Hashing>('hashing');
  for (const { text, seed, hash } of texts) expect(xxh32Utf8(text, seed), text).toBe(hash);
  for (const { value, seed, hash } of numbers) expect(xxh32Le32(value, seed), String(value)).toBe(hash);
  expect([texts.length, numbers.length]).toEqual([60, 16]);
});

interface Bucket {
  readonly unitKey: JsonValue;
  readonly salt: string;
  readonly h0: number;
  readonly h1: number;
  readonly seed: number;
  readonly positionPpm: number;
}

test('buckets', () => {
  const { cases } = load<{ cases: readonly Bucket[] }>('buckets');
  for (const bucket of cases) {
    const unitKey = unitKeyOf({ unit: bucket.unitKey }, 'unit') ?? '';
    const hashes = unitHashes(unitKey);
    const seed = seedOf(bucket.salt);
    expect({ ...bucket, ...hashes, seed, positionPpm: positionPpm(hashes.h0, seed) }).toEqual(bucket);
  }
  expect(cases.length).toBe(75);
});

interface OperatorCase {
  readonly operator: Operator;
  readonly actual?: JsonValue;
  readonly values: readonly JsonValue[];
  readonly matches: boolean;
}

test('operators', () => {
  const { cases } = load<{ cases: readonly OperatorCase[] }>('operators');
  for (const leaf of cases) {
    const { operator, actual, values } = leaf;
    const context = actual === undefined ? {} : { a: actual };
    const plan = planCondition({ attribute: 'a', operator, values }, scopeOf({ language: COMPLETE_LANGUAGE }));
    expect({ ...leaf, matches: matches(plan, context, NO_LINKS) }).toEqual(leaf);
  }
  expect(new Set(cases.map(({ operator }) => operator)).size).toBe(32);
});

interface Scenario {
  readonly name: string;
  readonly nowMs?: number;
  readonly flags: readonly Partial<Flag>[];
  readonly segments?: readonly Partial<Segment>[];
  readonly cases: readonly {
    readonly flag: string;
    readonly context: Context;
    readonly evaluation: Partial<Evaluation>;
  }[];
}

describe('evaluations', () => {
  const { defaults, scenarios } = load<{
    defaults: { flag: Flag; segment: Segment };
    scenarios: readonly Scenario[];
  }>('evaluations');

  test.each(scenarios)('$name', ({ flags, segments = [], nowMs, cases }) => {
    const documents = {
      revision: 1,
      flags: flags.map((flag) => ({ ...defaults.flag, ...flag })),
      segments: segments.map((segment) => ({ ...defaults.segment, ...segment })),
    };
    const rules = compile(documents, nowMs === undefined ? {} : { nowMs: () => nowMs });
    for (const { flag, context, evaluation } of cases) {
      const { errorMessage: _, ...actual } = evaluate(rules, flag, context);
      expect(actual, `${flag} for ${JSON.stringify(context)}`).toEqual({
        value: undefined,
        variation: undefined,
        ...evaluation,
      });
      expect(explain(rules, flag, context).evaluation).toEqual(evaluate(rules, flag, context));
    }
  });
});
