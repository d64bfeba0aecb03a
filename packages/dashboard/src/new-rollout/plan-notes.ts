import type { LintView } from '@tidegate/protocol';
import type { RefusedError } from '../api/api.ts';
import { formatPercent } from '../text/format.ts';
import { itemsAt, type PlanPath, textAt, valueAt } from './plan-text.ts';

/** What the server says of one place of a plan. */
export interface PlanNote {
  /** `bad` keeps the plan from being started, `warn` may be regretted. */
  readonly tone: 'bad' | 'warn';
  readonly pointer: string;
  /** The place in words: `Stage 2 (25%), dwell`. Empty for the plan as a whole. */
  readonly place: string;
  readonly sentence: string;
  /** What of this plan it is about, and why it matters; empty where the sentence says all. */
  readonly detail: string;
  readonly code: string;
}

/** Refusals and warnings of a plan, in this order; of one that is no plan at all, what is wrong with its form. */
export function notesOf(lint: LintView | undefined, error: Error | null, plan: unknown): readonly PlanNote[] {
  if (error !== null) return malformedNotes(error, plan);
  if (lint === undefined) return [];
  const from = lint.plan ?? plan;
  const refusals = lint.refusals.map(({ code, pointer, detail }): PlanNote => {
    return { tone: 'bad', pointer, place: placeOf(pointer, from), sentence: detail, detail: '', code };
  });
  const warnings = lint.warnings.map(({ id, pointer, sentence, detail, why }): PlanNote => {
    return { tone: 'warn', pointer, place: placeOf(pointer, from), sentence, detail: `${detail} ${why}`, code: id };
  });
  return [...refusals, ...warnings];
}

/** For a summary: what is said of several places alike is one note, which names them all. */
export function gathered(notes: readonly PlanNote[]): readonly PlanNote[] {
  const groups = new Map<string, PlanNote[]>();
  for (const note of notes) {
    const key = `${note.code} ${note.sentence}`;
    groups.set(key, [...(groups.get(key) ?? []), note]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const all = [first, ...others];
    const details = new Set(all.map(({ detail }) => detail));
    return { ...first, place: all.map(({ place }) => place).join('; '), detail: [...details].join(' ') };
  });
}

/** The request is `{plan: …}`, and its errors point into it. */
function malformedNotes(error: Error, plan: unknown): readonly PlanNote[] {
  const told = 'errors' in error ? (error as RefusedError).errors : [];
  // Several tries at reading one member may fail alike.
  const errors = new Map(told.map((each) => [`${each.pointer} ${each.detail}`, each]));
  return [...errors.values()].map(({ pointer, detail }) => {
    const within = pointer.replace(/^\/plan/, '');
    return {
      tone: 'bad',
      pointer: within,
      place: placeOf(within, plan),
      sentence: detail,
      detail: '',
      code: 'invalid-request',
    };
  });
}

export function pointerTo(path: PlanPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The notes of a place and of all that is in it. */
export function notesUnder(notes: readonly PlanNote[], path: PlanPath): readonly PlanNote[] {
  const pointer = pointerTo(path);
  return notes.filter((note) => note.pointer === pointer || note.pointer.startsWith(`${pointer}/`));
}

/** What the items of a list are called, and by which member each. */
const LISTS: Readonly<Record<string, readonly [string, string]>> = {
  guards: ['Guard', 'metric'],
  gates: ['Gate', 'name'],
  providerGuards: ['Provider’s guard', 'name'],
  traffic: ['Traffic adapter', 'adapter'],
  windows: ['Window', ''],
  hooks: ['Hook', 'at'],
  caps: ['Cap', ''],
};

function placeOf(pointer: string, plan: unknown): string {
  const [list = '', item, ...rest] = pointer.split('/').slice(1);
  const inside = rest.join(' ');
  const index = Number(item);
  const ending = inside === '' ? '' : `, ${inside}`;
  if (item === undefined || !Number.isInteger(index)) return [list, item, inside].filter(Boolean).join(' ');
  if (list === 'stages') return `Stage ${index + 1}${shareOf(plan, index)}${ending}`;
  const [what, nameMember] = LISTS[list] ?? [list, ''];
  const one = itemsAt(plan, [list])[index];
  const name = typeof one === 'string' ? one : textAt(one, [nameMember]) || textAt(one, ['template']);
  return `${what} ${name === '' ? index + 1 : name}${ending}`;
}

function shareOf(plan: unknown, index: number): string {
  const ppm = valueAt(plan, ['stages', index, 'treatmentPpm']);
  const text = typeof ppm === 'number' ? formatPercent(ppm) : textAt(plan, ['stages', index, 'treatment']);
  return text === '' ? '' : ` (${text})`;
}
