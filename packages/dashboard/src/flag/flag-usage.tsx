import type { FlagUsageView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useRead } from '../api/use-read.ts';
import { dayCounts } from '../charts/day-counts.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { formatCount } from '../text/format.ts';

/** The server counts in half minutes. */
const EVERY_MS = 10_000;
const DAYS_SHOWN = 30;

/** Who asked for the flag, and what they were served. */
export function FlagUsage({ flagKey }: { readonly flagKey: string }): ReactNode {
  const usage = useRead<FlagUsageView>(`/flags/${encodeURIComponent(flagKey)}/usage`, { everyMs: EVERY_MS });
  const { variations = [], sdks = [] } = usage.data ?? {};
  return (
    <section className="card stack" aria-labelledby="usage-title">
      <h2 id="usage-title">Evaluations</h2>
      <Waiting of={usage} what="usage" />
      {usage.data !== undefined && (
        <>
          <Sparkline days={dayCounts(usage.data, DAYS_SHOWN, Date.now())} />
          {variations.length === 0 ? (
            <p className="faint">
              Nobody asked for it, as of half a minute ago: newer counts are not saved yet. The snippet below asks for
              it.
            </p>
          ) : (
            <DataTable
              caption={`Evaluations of the last ${DAYS_SHOWN} days`}
              rows={variations}
              keyOf={({ variation }) => variation}
              columns={[
                { title: 'Variation', cell: ({ variation }) => variation },
                {
                  title: 'Served',
                  kind: 'number',
                  cell: ({ days }) => formatCount(days.reduce((sum, { count }) => sum + count, 0)),
                },
                { title: 'Last', cell: ({ lastAtMs }) => <Ago atMs={lastAtMs} /> },
              ]}
            />
          )}
          {sdks.length > 0 && (
            <p className="faint">
              Asked by {sdks.map(({ name, version, keyKind }) => `${name} ${version} (${keyKind} key)`).join(', ')}.
            </p>
          )}
        </>
      )}
    </section>
  );
}
