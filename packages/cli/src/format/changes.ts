import type { ChangeView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

/** One line each, of documents of any kind. */
export function formatChanges(changes: readonly ChangeView[], paint: Paint): string[] {
  return formatTable({
    header: ['WHAT', 'REVISION', 'MADE', 'BY', 'DID', 'WHY'].map((text) => paint.dim(text)),
    rows: changes.map(({ kind, key, revision, atMs, actor, action, reason }) => [
      `${kind} ${key}`,
      String(revision),
      formatInstant(atMs),
      printable(actor.name),
      printable(action),
      printable(reason),
    ]),
    rightAligned: [1],
  });
}
