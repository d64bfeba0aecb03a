import type { ReactNode } from 'react';
import { Badge, type Tone } from '../parts/badge.tsx';
import { Instant } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { VirtualTable } from '../parts/virtual-table.tsx';
import type { PageRoute } from '../routing/route.ts';
import { useAddress } from '../routing/use-route.ts';
import { formatCount } from '../text/format.ts';
import { ChangeDetail } from './change-detail.tsx';
import { useChanges } from './use-changes.ts';

const ROW_HEIGHT = 36;
const TONES: Readonly<Record<string, Tone>> = { created: 'good', enabled: 'good', disabled: 'warn', archived: 'bad' };

/** Who changed what, when and why, newest first, as far back as one scrolls; of one flag, or of all. */
export function AuditPage({ route }: { readonly route: PageRoute }): ReactNode {
  const address = useAddress();
  const flagKey = route.query['flag'];
  const { rows, pages } = useChanges(
    flagKey === undefined ? '/changes?order=newest' : `/flags/${encodeURIComponent(flagKey)}/history`,
  );
  const revision = route.key === undefined ? undefined : Number(route.key);
  const query: Record<string, string> = flagKey === undefined ? {} : { flag: flagKey };
  return (
    <div className="page fill audit">
      <div className="page-head">
        <h1>Audit{flagKey !== undefined && `: ${flagKey}`}</h1>
        <span className="faint" role="status">
          {rows.length > 0 && `${pages.hasNextPage ? 'The newest ' : ''}${formatCount(rows.length)}`}
          {pages.isFetchingNextPage && ' · reading older ones …'}
        </span>
        <span className="bar-space" />
        {flagKey !== undefined && <a href={address('audit')}>All changes</a>}
      </div>
      <Waiting of={pages} what="changes" />
      {pages.data !== undefined && rows.length === 0 && <Empty>Nothing has been changed yet.</Empty>}
      {rows.length > 0 && (
        <VirtualTable
          caption="Changes, newest first"
          rows={rows}
          rowHeight={ROW_HEIGHT}
          keyOf={(row) => String(row.revision)}
          onEndSeen={() => {
            if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
          }}
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
            { title: 'Why', cell: ({ reason }) => <span title={reason}>{reason}</span> },
          ]}
        />
      )}
      {revision !== undefined && Number.isSafeInteger(revision) && (
        <ChangeDetail key={revision} revision={revision} back={address('audit', undefined, query)} />
      )}
    </div>
  );
}
