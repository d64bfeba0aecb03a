import type { ImportReport } from '@tidegate/importers';
import type { Paint } from './paint.ts';
import { printable } from './text.ts';

/** What became of each flag: refused ones first, with every reason; then how many there are of each. */
export function formatImportReport({ flags }: ImportReport, paint: Paint): string[] {
  const entries = Object.entries(flags);
  const refused = entries.filter(([, { status }]) => status === 'refused');
  const exact = entries.filter(([, { status }]) => status === 'exact');
  return [
    ...refused.flatMap(([key, { reasons }]) => [
      `${paint.red('refused')} ${paint.bold(printable(key))}`,
      ...reasons.map((reason) => `  ${printable(reason)}`),
    ]),
    ...exact.flatMap(([key, { reasons }]) => [
      `${paint.green('exact')}   ${paint.bold(printable(key))}`,
      ...reasons.map((reason) => `  ${paint.dim(printable(reason))}`),
    ]),
    `${exact.length} exact, ${refused.length} refused`,
  ];
}
