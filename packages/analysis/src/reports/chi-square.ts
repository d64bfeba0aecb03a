import { chiSquareTail } from './special-functions.ts';

export interface ChiSquareReport {
  readonly validity: 'fixed-sample';
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}

/**
 * Are the rows of a table of counts shares of one whole? Rows are arms, columns what became of their units; each
 * unit counts once, and few expected counts are below 5. `yates` takes half a unit off each deviation, in 2 by 2 tables
 * only. Rows and columns without units are left out.
 *
 * Pearson 1900, Yates 1934. For one look at a finished stage: not valid under repeated looks.
 */
export function chiSquareOfTable(
  table: readonly (readonly number[])[],
  { yates }: { readonly yates: boolean },
): ChiSquareReport {
  const rows = table.map(sum);
  const columns = (table[0] ?? []).map((_, column) => sum(table.map((row) => row[column] ?? 0)));
  const total = sum(rows);
  const degrees = Math.max(0, (rows.filter(Boolean).length - 1) * (columns.filter(Boolean).length - 1));
  const shift = yates && degrees === 1 ? 0.5 : 0;
  const parts = table.flatMap((row, i) =>
    row.map((count, j) => part({ count, expected: ((rows[i] ?? 0) * (columns[j] ?? 0)) / total, shift })),
  );
  return reportOf(sum(parts), degrees);
}

/**
 * Were counts drawn with the designed shares (sample ratio)? `weights` are in any unit; each is above 0.
 *
 * Pearson 1900. For one look at a finished stage: not valid under repeated looks. A running rollout has
 * `sampleRatio` in its assessment.
 */
export function chiSquareOfFit(observed: readonly number[], weights: readonly number[]): ChiSquareReport {
  const total = sum(observed);
  const whole = sum(weights);
  const parts = observed.map((count, index) =>
    part({ count, expected: (total * (weights[index] ?? 0)) / whole, shift: 0 }),
  );
  return reportOf(sum(parts), Math.max(0, observed.length - 1));
}

function part({ count, expected, shift }: { count: number; expected: number; shift: number }): number {
  if (!(expected > 0)) return 0;
  const deviation = Math.abs(count - expected);
  return (deviation - Math.min(shift, deviation)) ** 2 / expected;
}

function reportOf(statistic: number, degrees: number): ChiSquareReport {
  const p = degrees === 0 ? 1 : chiSquareTail(statistic, degrees);
  return { validity: 'fixed-sample', statistic, degrees, p };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
