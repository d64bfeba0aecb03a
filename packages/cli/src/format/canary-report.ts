import type { CanaryReport } from '@tidegate/importers';
import type { Paint } from './paint.ts';
import { printable } from './text.ts';

/** What became of each object: refused ones first, then those that are not whole; then how many there are of each. */
export function formatCanaryReport({ objects }: CanaryReport, paint: Paint): string[] {
  const words = { refused: paint.red('refused'), partial: paint.yellow('partial'), exact: paint.green('exact  ') };
  const statuses = ['refused', 'partial', 'exact'] as const;
  const entries = Object.entries(objects);
  const counts = statuses.map((status) => entries.filter(([, object]) => object.status === status).length);
  return [
    ...statuses.flatMap((wanted) =>
      entries
        .filter(([, { status }]) => status === wanted)
        .flatMap(([title, { reasons }]) => [
          `${words[wanted]} ${paint.bold(printable(title))}`,
          ...reasons.map((reason) => `  ${printable(reason)}`),
        ]),
    ),
    statuses.map((status, index) => `${counts[index]} ${status}`).join(', '),
  ];
}
