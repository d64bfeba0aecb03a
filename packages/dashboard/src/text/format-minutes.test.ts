import { expect, test } from 'vitest';
import { formatMinutes } from './format-minutes.ts';

test.each([
  [0.7, '42 s'],
  [12.4, '12 min'],
  [210, '3.5 h'],
])('%d minutes are %s', (minutes, words) => expect(formatMinutes(minutes)).toBe(words));
