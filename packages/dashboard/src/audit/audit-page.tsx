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

/** What one may look at alone. */
const SCOPES = [
  { kind: 'flag', plural: 'flags' },
  { kind: 'segment', plural: 'segments' },
  { kind: 'metric', plural: 'metrics' },
] as const;

/** Who changed what, when and why, newest first, as far back as one scrolls; of one flag, or of all. */
export function AuditPage({ route }: { readonly route: PageRoute }): ReactNode {
  const address = useAddress();
  const scope = SCOPES.find(({ kind }) => route.query[kind] !== undefined);
  const key = scope && route.query[scope.kind];
  const { rows, pages } = useChanges(
    scope === undefined || key === undefined
      ? '/changes?order=newest'
      : `/${scope.plural}/${encodeURIComponent(key)}/history`,
  );
  const revision = route.key === undefined ? undefined : Number(route.key);
  const query: Record<string, string> = scope === undefined || key === undefined ? {} : { [scope.kind]: key };
  return (
    <div className="page fill audit">
      <div className="page-head">
        <h1>Audit{key !== undefined && `: ${key}`}</h1>
        <span className="faint" role="status">
          {rows.length > 0 && `${pages.hasNextPage ? 'The newest ' : ''}${formatCount(rows.length)}`}
          {pages.isFetchingNextPage && ' · reading older ones …'}
        </span>
        <span className="bar-space" />
        {key !== undefined && <a href={address('audit')}>All changes</a>}
      </div>
      <p className="faint">
        Flags, segments and metrics: each change can be undone. What is said of{' '}
        <a href={address('environments')}>environments</a>, <a href={address('schedules')}>scheduled changes</a> and{' '}
        <a href={address('rollouts')}>rollouts</a> is told on their own pages. A key that was revoked stays so.
      </p>
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
