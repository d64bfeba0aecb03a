import {
  type Context,
  compile,
  type Evaluation,
  evaluate,
  explain,
  type Flag,
  type JsonValue,
  type Operator,
  positionPpm,
  type Segment,
  seedOf,
  unitHashes,
  unitKeyOf,
  xxh32Le32,
  xxh32Utf8,
} from '@tidegate/evaluation';
import { type CaseOutcome, compare } from './case-outcome.ts';

/** The files of `evaluation/`, told apart by what they have (README.md says what each means). */
export function evaluationSuite(file: unknown): readonly CaseOutcome[] {
  // The formats are the README's; a case of another shape fails.
  const { texts, numbers, cases, scenarios, defaults } = file as EvaluationFile;
  return [
    ...(texts ?? []).map(hashText),
    ...(numbers ?? []).map(hashNumber),
    ...(cases ?? []).map((one) => ('operator' in one ? matchLeaf(one) : placeUnit(one))),
    ...(scenarios ?? []).flatMap((scenario) => evaluateScenario(scenario, defaults)),
  ];
}

interface EvaluationFile {
  readonly texts?: readonly { readonly text: string; readonly seed: number; readonly hash: number }[];
  readonly numbers?: readonly { readonly value: number; readonly seed: number; readonly hash: number }[];
  readonly cases?: readonly (OperatorCase | BucketCase)[];
  readonly scenarios?: readonly Scenario[];
  readonly defaults?: { readonly flag: Flag; readonly segment: Segment };
}

function hashText({ text, seed, hash }: NonNullable<EvaluationFile['texts']>[number]): CaseOutcome {
  return compare(`xxh32 of ${JSON.stringify(text)}`, { actual: xxh32Utf8(text, seed), expected: hash });
}

function hashNumber({ value, seed, hash }: NonNullable<EvaluationFile['numbers']>[number]): CaseOutcome {
  return compare(`xxh32 of ${value}`, { actual: xxh32Le32(value, seed), expected: hash });
}

interface BucketCase {
  readonly unitKey: JsonValue;
  readonly salt: string;
  readonly h0: number;
  readonly h1: number;
  readonly seed: number;
  readonly positionPpm: number;
}

function placeUnit(expected: BucketCase): CaseOutcome {
  const { unitKey, salt } = expected;
  const hashes = unitHashes(unitKeyOf({ unit: unitKey }, 'unit') ?? '');
  const seed = seedOf(salt);
  const actual = { unitKey, salt, ...hashes, seed, positionPpm: positionPpm(hashes.h0, seed) };
  return compare(`unit ${JSON.stringify(unitKey)} under ${JSON.stringify(salt)}`, {
    actual,
    expected: { ...expected },
  });
}

interface OperatorCase {
  readonly operator: Operator;
  readonly actual?: JsonValue;
  readonly values: readonly JsonValue[];
  readonly matches: boolean;
}

/** A leaf matches when the only rule, which has it for a condition, serves. */
function matchLeaf({ operator, actual, values, matches }: OperatorCase): CaseOutcome {
  const flag: Flag = {
    key: 'leaf',
    kind: 'boolean',
    variations: [
      { key: 'off', value: false },
      { key: 'on', value: true },
    ],
    enabled: true,
    offVariation: 'off',
    salt: '',
    prerequisites: [],
    targets: [],
    rules: [
      {
        id: 'r',
        condition: { attribute: 'a', operator, values },
        serve: { kind: 'variation', variation: 'on' },
      },
    ],
    fallthrough: { kind: 'variation', variation: 'off' },
    clientSide: 'off',
    revision: 1,
  };
  const rules = compile({ revision: 1, flags: [flag], segments: [] });
  const { value } = evaluate(rules, 'leaf', actual === undefined ? {} : { a: actual });
  return compare(`${JSON.stringify(actual)} ${operator} ${JSON.stringify(values)}`, {
    actual: value,
    expected: matches,
  });
}

interface Scenario {
  readonly name: string;
  readonly flags: readonly Partial<Flag>[];
  readonly segments?: readonly Partial<Segment>[];
  /** What `$now` is. */
  readonly nowMs?: number;
  readonly cases: readonly {
    readonly flag: string;
    readonly context: Context;
    readonly evaluation: Partial<Evaluation>;
  }[];
}

/** Each answer, and that `explain` gives the same. */
function evaluateScenario(scenario: Scenario, defaults: EvaluationFile['defaults']): CaseOutcome[] {
  const { name, flags, segments = [], nowMs, cases } = scenario;
  const rules = compile(
    {
      revision: 1,
      // What a document leaves out, the defaults have.
      flags: flags.map((flag) => ({ ...defaults?.flag, ...flag }) as Flag),
      segments: segments.map((segment) => ({ ...defaults?.segment, ...segment }) as Segment),
    },
    nowMs === undefined ? {} : { nowMs: () => nowMs },
  );
  return cases.flatMap(({ flag, context, evaluation }) => {
    const caseName = `${name}: ${flag} for ${JSON.stringify(context)}`;
    const nothing = { value: undefined, variation: undefined };
    const expected = { ...nothing, ...evaluation };
    return [evaluate(rules, flag, context), explain(rules, flag, context).evaluation].map(
      ({ errorMessage: _, ...actual }) => compare(caseName, { actual: { ...actual }, expected }),
    );
  });
}
