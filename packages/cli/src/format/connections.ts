import type { ConnectionView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { counted, formatCount, formatInstant, printable } from './text.ts';

/** More than anybody reads; those that are most behind come first. */
const SHOWN_MAX = 100;

export interface ConnectionsHead {
  readonly newestRevision: number;
  /** Of all that are connected, whether they are listed or not. */
  readonly counts: { readonly all: number; readonly behind: number };
}

/** How many have the newest revision; below it those to be listed, the most behind first. */
export function formatConnections(
  connections: readonly ConnectionView[],
  { newestRevision, counts }: ConnectionsHead,
  paint: Paint,
): string[] {
  if (counts.all === 0) return ['No SDK is connected to the node that answered.'];
  const have = `${formatCount(counts.all - counts.behind)} of ${counted(counts.all, 'connected SDK')}`;
  const head = `${have} ${counts.all === 1 ? 'has' : 'have'} revision ${newestRevision}, the newest.`;
  const headline = counts.behind === 0 ? paint.green(head) : paint.yellow(head);
  if (connections.length === 0) return [headline];
  const lagOf = ({ appliedRevision }: ConnectionView) => Math.max(0, newestRevision - appliedRevision);
  const shown = connections.toSorted((one, other) => lagOf(other) - lagOf(one)).slice(0, SHOWN_MAX);
  const leftOut = connections.length - shown.length;
  return [
    headline,
    ...formatTable({
      header: ['INSTANCE', 'SDK', 'KEY', 'REVISION', 'BEHIND', 'CONNECTED'].map((text) => paint.dim(text)),
      rows: shown.map((connection) => [
        printable(connection.instance),
        printable(`${connection.sdk.name} ${connection.sdk.version}`),
        connection.keyKind,
        String(connection.appliedRevision),
        lagOf(connection) === 0 ? '-' : paint.yellow(formatCount(lagOf(connection))),
        formatInstant(connection.connectedAtMs),
      ]),
      rightAligned: [3, 4],
    }),
    ...(leftOut === 0 ? [] : [paint.dim(`and ${formatCount(leftOut)} more, which --json tells`)]),
  ];
}
