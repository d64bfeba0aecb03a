import type { LintView } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { gathered, notesOf, notesUnder } from './plan-notes.ts';

const plan = {
  stages: [{ treatmentPpm: 50_000 }, { treatmentPpm: 1_000_000 }],
  guards: [{ metric: 'error-rate' }],
};
const warning = { id: 'dwell-short', sentence: 'Short.', why: 'Why.', source: '', detail: 'At 5 %.' };
const lint = {
  plan,
  refusals: [{ code: 'unknown-metric', pointer: '/guards/0/metric', detail: 'There is none.' }],
  warnings: [
    { ...warning, pointer: '/stages/1/dwell' },
    { ...warning, pointer: '/stages/10' },
    { ...warning, pointer: '/bake' },
  ],
} as unknown as LintView;

test('each note names the stage, guard or member that it is about', () => {
  const places = notesOf(lint, null, {}).map(({ place }) => place);
  expect(places).toEqual(['Guard error-rate, metric', 'Stage 2 (100%), dwell', 'Stage 11', 'bake']);
});

test('in a summary, what is said of several stages alike is said once, and names them all', () => {
  expect(gathered(notesOf(lint, null, {})).map(({ place, sentence }) => `${place}: ${sentence}`)).toEqual([
    'Guard error-rate, metric: There is none.',
    'Stage 2 (100%), dwell; Stage 11; bake: Short.',
  ]);
});

test('a place has its own notes and those of what is in it, and not those of its neighbours', () => {
  const notes = notesOf(lint, null, {});
  expect(notesUnder(notes, ['stages', 1]).map(({ pointer }) => pointer)).toEqual(['/stages/1/dwell']);
  expect(notesUnder(notes, ['stages'])).toHaveLength(2);
});

test('what is wrong with the form of a plan is told at its place too', () => {
  const errors = [{ pointer: '/plan/stages/0/dwel', detail: 'There is no such member.' }];
  const error = Object.assign(new Error('invalid'), { errors });
  const written = { stages: [{ treatment: '5%' }] };
  expect(notesOf(undefined, error, written)).toMatchObject([
    { tone: 'bad', pointer: '/stages/0/dwel', place: 'Stage 1 (5%), dwel' },
  ]);
});
