import { useInfiniteQuery } from '@tanstack/react-query';
import type { ChangeView, HistoryEntry, PageOf } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { usePlace } from '../api/place.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import type { PageRoute } from '../routing/route.ts';
import { useAddress } from '../routing/use-route.ts';
import { ChangeDetail } from './change-detail.tsx';

const PAGE = 100;
const TONES: Readonly<Record<string, Tone>> = { created: 'good', enabled: 'good', disabled: 'warn', archived: 'bad' };

/** Who changed what, when and why, newest first, as far back as one scrolls; of one flag, or of all. */
export function AuditPage({ route }: { readonly route: PageRoute }): ReactNode {
  const { api, base, environment } = usePlace();
  const address = useAddress();
  const flagKey = route.query['flag'];
  const path =
    flagKey === undefined
      ? `/changes?order=newest&limit=${PAGE}`
      : `/flags/${encodeURIComponent(flagKey)}/history?limit=${PAGE}`;
  const changes = useInfiniteQuery({
    queryKey: [environment, 'audit', path],
    queryFn: ({ pageParam }) =>
      api.get<PageOf<ChangeView | HistoryEntry>>(`${base}${path}${pageParam === '' ? '' : `&after=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const rows = changes.data?.pages.flatMap(({ items }) => items) ?? [];
  const revision = route.key === undefined ? undefined : Number(route.key);
  const query: Record<string, string> = flagKey === undefined ? {} : { flag: flagKey };
  return (
    <div className="page">
      <div className="page-head">
        <h1>Audit{flagKey !== undefined && `: ${flagKey}`}</h1>
        <span className="bar-space" />
        {flagKey !== undefined && <a href={address('audit')}>All changes</a>}
      </div>
      <Waiting of={changes} what="changes" />
      {changes.data !== undefined && rows.length === 0 && <Empty>Nothing has been changed yet.</Empty>}
      {rows.length > 0 && (
        <section className="card">
          <DataTable
            caption="Changes, newest first"
            rows={rows}
            keyOf={(row) => String(row.revision)}
            columns={[
              { title: 'Revision', kind: 'number', cell: (row) => row.revision },
              { title: 'When', cell: ({ atMs }) => <Instant atMs={atMs} /> },
              {
                title: 'What',
                cell: (row) => (
                  <>
                    <a href={address('audit', String(row.revision), query)}>{row.key}</a>{' '}
                    <span className="faint">{row.kind}</span>
                  </>
                ),
              },
              { title: 'Done', cell: ({ action }) => <Badge tone={TONES[action] ?? 'plain'}>{action}</Badge> },
              { title: 'By', cell: ({ actor }) => actor.name },
              { title: 'Why', kind: 'wide', cell: ({ reason }) => reason },
            ]}
          />
          {changes.hasNextPage && (
            <div className="actions">
              <button type="button" disabled={changes.isFetchingNextPage} onClick={() => changes.fetchNextPage()}>
                {changes.isFetchingNextPage ? 'Loading …' : 'Older changes'}
              </button>
            </div>
          )}
        </section>
      )}
      {revision !== undefined && Number.isSafeInteger(revision) && (
        <ChangeDetail key={revision} revision={revision} back={address('audit', undefined, query)} />
      )}
    </div>
  );
}
