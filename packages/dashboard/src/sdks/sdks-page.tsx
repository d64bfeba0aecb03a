import type { ConnectionView, PageOf } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useChangeFeed } from '../api/use-change-feed.ts';
import { useRead } from '../api/use-read.ts';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { formatCount } from '../text/format.ts';
import { countByVersion } from './count-by-version.ts';

const EVERY_MS = 2_000;
/** More than anybody reads; the sums above are of all. */
const SHOWN_MAX = 500;

/** Who listens: which SDKs of which version, and how far behind each is. */
export function SdksPage(): ReactNode {
  const connections = useRead<PageOf<ConnectionView>>('/connections', { everyMs: EVERY_MS });
  const { revision = 0 } = useChangeFeed();
  const items = connections.data?.items ?? [];
  const newest = Math.max(revision, ...items.map(({ appliedRevision }) => appliedRevision));
  const lagOf = ({ appliedRevision }: ConnectionView) => newest - appliedRevision;
  const shown = items.toSorted((one, other) => lagOf(other) - lagOf(one)).slice(0, SHOWN_MAX);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Connected SDKs</h1>
        <span className="faint">
          {connections.data !== undefined && `${formatCount(items.length)} on the node that answered`}
        </span>
      </div>
      <Waiting of={connections} what="connections" />
      {connections.data !== undefined && items.length === 0 && (
        <Empty>No SDK listens to this environment. One that does is here within a second.</Empty>
      )}
      {items.length > 0 && (
        <>
          <section className="card">
            <DataTable
              caption="SDKs by version"
              rows={countByVersion(items, newest)}
              keyOf={({ name, keyKind }) => `${name} ${keyKind}`}
              columns={[
                { title: 'SDK', cell: ({ name }) => name },
                { title: 'Key', cell: ({ keyKind }) => keyKind },
                { title: 'Connected', kind: 'number', cell: ({ count }) => formatCount(count) },
                {
                  title: 'Behind',
                  kind: 'number',
                  cell: ({ behindCount }) =>
                    behindCount === 0 ? 'none' : <span className="warn">{formatCount(behindCount)}</span>,
                },
              ]}
            />
          </section>
          <section className="card">
            <DataTable
              caption={shown.length < items.length ? `The ${SHOWN_MAX} that are most behind` : 'All connections'}
              isCaptionHidden={shown.length === items.length}
              rows={shown}
              keyOf={({ instance }) => instance}
              columns={[
                { title: 'Instance', cell: ({ instance }) => <code>{instance}</code> },
                { title: 'SDK', cell: ({ sdk }) => `${sdk.name} ${sdk.version}` },
                { title: 'Key', cell: ({ keyKind }) => keyKind },
                { title: 'Revision', kind: 'number', cell: ({ appliedRevision }) => appliedRevision },
                {
                  title: 'Lag',
                  cell: (connection) =>
                    lagOf(connection) === 0 ? (
                      <Badge tone="good">up to date</Badge>
                    ) : (
                      <Badge tone="warn">{lagOf(connection)} behind</Badge>
                    ),
                },
                { title: 'Since', cell: ({ connectedAtMs }) => <Ago atMs={connectedAtMs} /> },
              ]}
            />
          </section>
        </>
      )}
    </div>
  );
}
