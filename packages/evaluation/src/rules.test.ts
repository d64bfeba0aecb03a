import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate, evaluateAll } from './evaluate.ts';
import type { Flag, Rule } from './flag.ts';
import { flagKeys, recompile } from './rules.ts';

const inSegment = (segment: string): Rule => ({
  id: 'r',
  condition: { segment },
  serve: { kind: 'variation', variation: 'on' },
});
const off = { kind: 'variation', variation: 'off' } as const;
const documents = {
  revision: 1,
  flags: [
    buildFlag({ key: 'alone' }),
    buildFlag({ key: 'base', fallthrough: off }),
    buildFlag({ key: 'middle', prerequisites: [{ flag: 'base', variations: ['on'] }] }),
    buildFlag({ key: 'top', prerequisites: [{ flag: 'middle', variations: ['on'] }] }),
    buildFlag({ key: 'segmented', rules: [inSegment('outer')], fallthrough: off }),
    buildFlag({ key: 'waiting', rules: [inSegment('later')], fallthrough: off }),
  ],
  segments: [buildSegment({ key: 'outer', condition: { segment: 'inner' } }), buildSegment({ key: 'inner' })],
};
const ada = { targetingKey: 'ada' };

test('the keys of all flags are known', () => {
  expect(flagKeys(compile(documents))).toEqual(['alone', 'base', 'middle', 'top', 'segmented', 'waiting']);
});

test('of two documents with one key the later counts', () => {
  const rules = compile({ revision: 1, flags: [buildFlag({ revision: 1 }), buildFlag({ revision: 2 })], segments: [] });
  expect(evaluate(rules, 'new-checkout', {}).revision).toBe(2);
});

test('a changed flag reaches the flags that have it as a prerequisite, however far away', () => {
  const before = compile(documents);
  expect(evaluate(before, 'top', ada).variation).toBe('off');
  const after = recompile(before, [{ kind: 'flag', key: 'base', document: buildFlag({ key: 'base' }) }], 2);
  expect(evaluate(after, 'top', ada).variation).toBe('on');
  expect(after.revision).toBe(2);
});

test('a changed segment reaches the flags that use it through another', () => {
  const before = compile(documents);
  expect(evaluate(before, 'segmented', ada).variation).toBe('off');
  const inner = buildSegment({ key: 'inner', included: ['ada'] });
  const after = recompile(before, [{ kind: 'segment', key: 'inner', document: inner }], 2);
  expect(evaluate(after, 'segmented', ada).variation).toBe('on');
});

test('a changed segment reaches the flags whose prerequisite uses it', () => {
  const flags = [
    buildFlag({ key: 'gate', rules: [inSegment('inner')], fallthrough: off }),
    buildFlag({ key: 'behind', prerequisites: [{ flag: 'gate', variations: ['on'] }] }),
  ];
  const before = compile({ ...documents, flags });
  expect(evaluate(before, 'behind', ada).variation).toBe('off');
  const inner = buildSegment({ key: 'inner', included: ['ada'] });
  const after = recompile(before, [{ kind: 'segment', key: 'inner', document: inner }], 2);
  expect(evaluate(after, 'behind', ada).variation).toBe('on');
});

test('a segment that comes later is found by those who waited for it, and forgotten when it goes', () => {
  const before = compile(documents);
  expect(evaluate(before, 'waiting', ada).variation).toBe('off');
  const later = buildSegment({ key: 'later', included: ['ada'] });
  const after = recompile(before, [{ kind: 'segment', key: 'later', document: later }], 2);
  expect(evaluate(after, 'waiting', ada).variation).toBe('on');
  const gone = recompile(after, [{ kind: 'segment', key: 'later', document: null }], 3);
  expect(evaluate(gone, 'waiting', ada).variation).toBe('off');
});

test('a flag that is gone is not found, and those that need it are not met', () => {
  const before = recompile(
    compile(documents),
    [{ kind: 'flag', key: 'base', document: buildFlag({ key: 'base' }) }],
    2,
  );
  expect(evaluate(before, 'middle', ada).variation).toBe('on');
  const after = recompile(before, [{ kind: 'flag', key: 'base', document: null }], 3);
  expect(evaluate(after, 'base', ada).errorCode).toBe('FLAG_NOT_FOUND');
  expect(evaluate(after, 'middle', ada).variation).toBe('off');
});

test('the old Rules go on answering as before, even where they are asked for the first time', () => {
  const before = compile(documents);
  const after = recompile(before, [{ kind: 'flag', key: 'base', document: buildFlag({ key: 'base' }) }], 2);
  expect(evaluate(before, 'top', ada).variation).toBe('off');
  expect(evaluate(after, 'top', ada).variation).toBe('on');
  expect(evaluate(before, 'middle', ada).variation).toBe('off');
  expect(flagKeys(before)).toEqual(flagKeys(after));
});

test('what a change cannot reach is shared, and so are the answers of what it can', () => {
  const before = compile(documents);
  const answers = evaluateAll(before, ada);
  const after = recompile(before, [{ kind: 'segment', key: 'inner', document: buildSegment({ key: 'inner' }) }], 2);
  expect(flagKeys(after).filter((key) => before.flags.get(key) === after.flags.get(key))).toEqual(['alone', 'base']);
  for (const [key, evaluation] of evaluateAll(after, ada)) {
    if (key !== 'segmented') expect(evaluation).toBe(answers.get(key));
  }
});

test('a circle that a change opens is answered anew', () => {
  const needs = (key: string, flag: string): Flag => buildFlag({ key, prerequisites: [{ flag, variations: ['on'] }] });
  const before = compile({ revision: 1, flags: [needs('a', 'b'), needs('b', 'c'), needs('c', 'a')], segments: [] });
  expect([...evaluateAll(before, ada).values()].map(({ variation }) => variation)).toEqual(['off', 'off', 'off']);
  const after = recompile(before, [{ kind: 'flag', key: 'c', document: buildFlag({ key: 'c' }) }], 2);
  expect([...evaluateAll(after, ada).values()].map(({ variation }) => variation)).toEqual(['on', 'on', 'on']);
});

test('Rules that nobody holds are freed, though their flags live on in later ones', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const [oldRules, newRules] = (() => {
    const before = compile(documents);
    evaluateAll(before, ada);
    return [new WeakRef(before), recompile(before, [{ kind: 'flag', key: 'base', document: null }], 2)];
  })();
  // A WeakRef holds its target to the end of the turn in which it was made.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(oldRules.deref()).toBeUndefined();
  expect(evaluate(newRules, 'segmented', ada).variation).toBe('off');
});
