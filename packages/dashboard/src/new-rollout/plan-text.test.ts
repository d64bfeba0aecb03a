import { expect, test } from 'vitest';
import { editPlan, itemsAt, readPlan, textAt, valueAt } from './plan-text.ts';

const TEXT = `# the winter checkout
flag: new-checkout
treatment: "on" # quoted
stages:
  - { treatment: 5%, dwell: 30m }
  - treatment: 100%
noSuchMember: kept
`;

test('an edit changes its member, and everything else of the text stays, comments and strangers included', () => {
  const edited = editPlan(TEXT, [
    { path: ['stages', 0, 'dwell'], value: '1h' },
    { path: ['bake'], value: '2h' },
  ]);
  expect(edited).toBe(`${TEXT.replace('dwell: 30m', 'dwell: 1h')}bake: 2h\n`);
});

test('what is taken away leaves no empty parent behind', () => {
  const asked = editPlan(TEXT, [{ path: ['stages', 1, 'approval', 'deadline', 'after'], value: '1d' }]);
  expect(readPlan(asked)).toMatchObject({ plan: { stages: [{}, { approval: { deadline: { after: '1d' } } }] } });
  expect(editPlan(asked, [{ path: ['stages', 1, 'approval', 'deadline', 'after'] }])).toBe(TEXT);
  expect(editPlan(TEXT, [{ path: ['holdback', 'share'] }])).toBe(TEXT);
});

test('a plan begins from nothing, and quotes what older readers of YAML would take for true', () => {
  const text = editPlan('', [
    { path: ['flag'], value: 'a' },
    { path: ['treatment'], value: 'on' },
    { path: ['guards'], value: [{ template: 'error-rate' }] },
  ]);
  expect(text).toBe('flag: a\ntreatment: "on"\nguards:\n  - template: error-rate\n');
});

test('a plan in JSON is edited as JSON', () => {
  const text = editPlan('{"flag": "a", "treatment": "on"}', [{ path: ['bake'], value: '1h' }]);
  expect(readPlan(text)).toEqual({ kind: 'read', plan: { flag: 'a', treatment: 'on', bake: '1h' } });
});

test.each(['', 'a: [', 'just words', '- a\n- b', 'a: 1\na: 2'])('%j is no plan, and the reader is told why', (text) => {
  expect(readPlan(text)).toMatchObject({ kind: 'flawed', detail: expect.stringMatching(/./) });
});

test('members are read wherever they are, also where they are not', () => {
  const read = readPlan(TEXT);
  const plan = read.kind === 'read' ? read.plan : {};
  expect(textAt(plan, ['stages', 0, 'treatment'])).toBe('5%');
  expect(itemsAt(plan, ['guards'])).toEqual([]);
  expect(valueAt(plan, ['flag', 'deeper', 0])).toBeUndefined();
});
