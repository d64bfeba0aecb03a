import type { LoadedClient } from './contestant.ts';
import { anyone, beta, halfMembers, type Person } from './flag-spec.ts';

/** What every contestant is asked, and what its answers must be: a wrong answer is not measured. */
export interface Question {
  readonly name: string;
  readonly flagKey: string;
  readonly kind: 'boolean' | 'string';
  readonly people: readonly Person[];
  readonly isRight: (answers: readonly unknown[]) => boolean;
  readonly needs?: LoadedClient['lacks'];
}

const everyone = (wanted: unknown) => (answers: readonly unknown[]) => shareOf(answers, wanted) === 1;

export const questions: readonly Question[] = [
  { name: 'off', flagKey: 'off', kind: 'boolean', people: anyone, isRight: everyone(false) },
  { name: 'on', flagKey: 'on', kind: 'boolean', people: anyone, isRight: everyone(true) },
  {
    name: '50 % split',
    flagKey: 'half',
    kind: 'boolean',
    people: anyone,
    isRight: (answers) => Math.abs(shareOf(answers, true) - 0.5) < 0.08,
  },
  {
    name: 'five rules, 3-way split',
    flagKey: 'rules',
    kind: 'string',
    people: beta,
    // A hundred units in thirds.
    isRight: (answers) =>
      ['A', 'B', 'C'].every((value) => Math.abs(shareOf(answers, value) - 1 / 3) < 0.2) &&
      shareOf(answers, 'none') === 0,
  },
  {
    name: 'segment of 10,000',
    flagKey: 'member',
    kind: 'boolean',
    people: halfMembers,
    isRight: (answers) => answers.every((answer, index) => answer === (index % 2 === 1)),
  },
  {
    name: 'prerequisite',
    flagKey: 'needs',
    kind: 'boolean',
    people: anyone,
    isRight: everyone(true),
    needs: 'prerequisites',
  },
];

function shareOf(answers: readonly unknown[], wanted: unknown): number {
  return answers.filter((answer) => answer === wanted).length / answers.length;
}
