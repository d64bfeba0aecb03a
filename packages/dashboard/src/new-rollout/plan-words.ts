import { formatDuration } from '@tidegate/analysis/quantities';
import { formatPercent } from '../text/format.ts';
import { type PlanEdit, type PlanPath, textAt, valueAt } from './plan-text.ts';

/** What people write as text under one name (`dwell: 30m`) and programs as a number under another (`dwellMs: 1800000`). */
export interface PlanWord {
  readonly name: string;
  readonly numberName: string;
  readonly format: (value: number) => string;
}

export function duration(name: string): PlanWord {
  return { name, numberName: `${name}Ms`, format: formatDuration };
}

export function share(name: string): PlanWord {
  return { name, numberName: `${name}Ppm`, format: formatPercent };
}

/** A holdback's share is `share` to people and `ppm` to programs. */
export const HOLDBACK_SHARE: PlanWord = { name: 'share', numberName: 'ppm', format: formatPercent };

/** The word below a path, whichever way it is written. */
export function wordAt(plan: unknown, path: PlanPath, word: PlanWord): string {
  const written = textAt(plan, [...path, word.name]);
  if (written !== '') return written;
  const value = valueAt(plan, [...path, word.numberName]);
  return typeof value === 'number' ? word.format(value) : '';
}

/** The edits that write it as people do; both go when there is nothing to say. */
export function wordEdits(path: PlanPath, word: PlanWord, text: string): readonly PlanEdit[] {
  return [{ path: [...path, word.numberName] }, { path: [...path, word.name], value: text === '' ? undefined : text }];
}
