import type { ReactNode } from 'react';
import { formatElapsed, formatInstant, formatInstantFully } from '../text/format.ts';
import { useNow } from './use-now.ts';

/** An instant in the reader's zone; with the zone, and in full, when one points at it. */
export function Instant({ atMs }: { readonly atMs: number }): ReactNode {
  const nowMs = useNow();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatInstantFully(atMs)}>
      {formatInstant(atMs, nowMs)}
    </time>
  );
}

/** How long ago it was. */
export function Ago({ atMs }: { readonly atMs: number }): ReactNode {
  const nowMs = useNow();
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatInstantFully(atMs)}>
      {formatElapsed(nowMs - atMs)} ago
    </time>
  );
}
