import type { SegmentView } from '@tidegate/protocol';
import { describeCondition } from './condition.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { counted, formatCount, formatInstant, printable } from './text.ts';

/** Enough to see what kind of keys they are. */
const UNITS_SHOWN_MAX = 10;

export function formatSegmentTable(segments: readonly SegmentView[], paint: Paint): string[] {
  if (segments.length === 0) return ['There are no segments.'];
  return formatTable({
    header: ['SEGMENT', 'INCLUDED', 'EXCLUDED', 'REVISION', 'UPDATED', 'DESCRIPTION'].map((text) => paint.dim(text)),
    rows: segments.map(({ key, included, excluded, revision, updatedAtMs, description, archived }) => [
      printable(key),
      formatCount(included.length),
      formatCount(excluded.length),
      String(revision),
      formatInstant(updatedAtMs),
      `${archived ? paint.yellow('archived ') : ''}${printable(description)}`.trim(),
    ]),
    rightAligned: [1, 2, 3],
  });
}

/** Who is in it, in the order in which that is decided. */
export function formatSegment(segment: SegmentView, paint: Paint): string[] {
  const { key, revision, updatedAtMs, archived, description, unit = 'targetingKey' } = segment;
  const since = `revision ${revision} (since ${formatInstant(updatedAtMs)})`;
  return [
    `${paint.bold(printable(key))}  ${since}${archived ? paint.yellow('  archived') : ''}`,
    ...(description === '' ? [] : [printable(description)]),
    `not in it    ${describeUnits(segment.excluded, unit)}`,
    `in it        ${describeUnits(segment.included, unit)}`,
    `in it where  ${describeCondition(segment.condition)}`,
  ];
}

function describeUnits(units: readonly string[], unit: string): string {
  if (units.length === 0) return 'no unit by name';
  const shown = units.slice(0, UNITS_SHOWN_MAX).map((name) => printable(name));
  const more = units.length > shown.length ? ' and more, which --json tells' : '';
  return `${counted(units.length, 'unit')} by ${printable(unit)}: ${shown.join(', ')}${more}`;
}
