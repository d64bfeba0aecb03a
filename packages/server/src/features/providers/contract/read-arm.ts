import type { MetricArm, MetricQuery } from '@tidegate/protocol';
import { malformed, type Part, type Reading } from './query-language.ts';

export function partsOf(query: MetricQuery): readonly { readonly part: Part; readonly text: string }[] {
  if (query.kind === 'counts') {
    return [
      { part: 'events', text: query.events },
      { part: 'units', text: query.units },
    ];
  }
  const value = { part: 'value', text: query.value } as const;
  return query.sampleSize === undefined ? [value] : [value, { part: 'sampleSize', text: query.sampleSize }];
}

export type ArmReading =
  | {
      readonly kind: 'arm';
      readonly arm: MetricArm;
      readonly atMs: number | undefined;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'no_data'; readonly reason: 'empty' | 'zero_denominator' }
  | Extract<Reading, { kind: 'error' }>;

/** One arm of what its parts were read as. The one place where a number becomes evidence. */
export function readArm(
  query: MetricQuery,
  readings: ReadonlyMap<Part, Reading>,
  previous: MetricArm | undefined,
): ArmReading {
  const held = [...readings].map(([part, reading]) => holdFinite(part, reading));
  const error = held.find((reading) => reading.kind === 'error');
  if (error?.kind === 'error') return error;
  const found = new Map(
    [...readings].flatMap(([part, reading]) => (reading.kind === 'number' ? [[part, reading]] : [])),
  );
  const numbers = [...found.values()];
  const shared = {
    atMs: numbers.map(({ atMs }) => atMs).reduce(earlier, undefined),
    warnings: [...new Set(numbers.flatMap(({ warnings = [] }) => warnings))],
  };
  if (query.kind === 'scalar') {
    const value = found.get('value')?.value;
    const sampleSize = found.get('sampleSize')?.value;
    if (value === undefined || (query.sampleSize !== undefined && sampleSize === undefined)) return EMPTY;
    if (sampleSize !== undefined && sampleSize < 0) return refuse(`A sample of ${sampleSize} cannot be.`);
    if (sampleSize === 0) return { kind: 'no_data', reason: 'zero_denominator' };
    const arm = { kind: 'scalar', value, ...(sampleSize === undefined ? {} : { sampleSize }) } as const;
    return { kind: 'arm', arm, ...shared };
  }
  const units = found.get('units')?.value;
  if (units === undefined) return EMPTY;
  const events = found.get('events')?.value ?? (query.absentEvents === 'zero' ? 0 : undefined);
  if (units < 0 || (events !== undefined && events < 0)) {
    return refuse(`Counts are not negative: ${events} events, ${units} units.`);
  }
  if (query.counters === 'cumulative' && previous?.kind === 'counts') {
    // Before anything else is said of them: what began anew has no units either.
    if (units < previous.units || (events !== undefined && events < previous.events)) {
      const was = `${previous.events} of ${previous.units}`;
      return refuse(`Cumulative counters went backwards: ${was}, then ${events} of ${units}.`);
    }
  }
  if (units === 0) return { kind: 'no_data', reason: 'zero_denominator' };
  if (events === undefined) return EMPTY;
  return { kind: 'arm', arm: { kind: 'counts', units, events }, ...shared };
}

const EMPTY = { kind: 'no_data', reason: 'empty' } as const;

function refuse(message: string): Extract<Reading, { kind: 'error' }> {
  return { kind: 'error', class: 'malformed', message };
}

function holdFinite(part: Part, reading: Reading): Reading {
  if (reading.kind !== 'number' || Number.isFinite(reading.value)) return reading;
  const advice = 'A division by zero is no data where events and units are asked for apart (kind: counts).';
  return malformed(`${part} is not a finite number: ${reading.value}. ${advice}`);
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
