/** One benchmark's answer: what was asked, how, and rows to print. */
export interface BenchTable {
  readonly title: string;
  readonly method: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function markdownOf(table: BenchTable): string {
  const columns = Object.keys(table.rows[0] ?? {});
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${table.title}`,
    '',
    table.method,
    '',
    line(columns),
    line(columns.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...table.rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
    '',
  ].join('\n');
}
