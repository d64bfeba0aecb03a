import type { SegmentView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange, useList } from '../api/use-read.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { NewKeyed } from '../parts/new-keyed.tsx';
import type { PageRoute } from '../routing/route.ts';
import { go, useAddress } from '../routing/use-route.ts';
import { formatCount } from '../text/format.ts';
import { SegmentEditor } from './segment-editor.tsx';

export function SegmentsPage({ route }: { readonly route: PageRoute }): ReactNode {
  const address = useAddress();
  const segments = useList<SegmentView>('/segments');
  const [isCreating, setCreating] = useState(false);
  const create = useChange(({ api, base }, segment: object) =>
    api.send<SegmentView>('POST', `${base}/segments`, { body: segment }),
  );
  const open = segments.data?.find(({ key }) => key === route.key);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Segments</h1>
        <span className="bar-space" />
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New segment
        </button>
      </div>
      <Waiting of={segments} what="segments" />
      {segments.data?.length === 0 && (
        <Empty>A segment is a named set of units that rules refer to. There is none yet.</Empty>
      )}
      {segments.data !== undefined && segments.data.length > 0 && (
        <section className="card">
          <DataTable
            caption="Segments"
            rows={segments.data}
            keyOf={({ key }) => key}
            columns={[
              { title: 'Segment', cell: ({ key }) => <a href={address('segments', key)}>{key}</a> },
              { title: 'Included', kind: 'number', cell: ({ included }) => formatCount(included.length) },
              { title: 'Excluded', kind: 'number', cell: ({ excluded }) => formatCount(excluded.length) },
              { title: 'Description', kind: 'wide', cell: ({ description }) => description },
              { title: 'Changed', cell: ({ updatedAtMs }) => <Ago atMs={updatedAtMs} /> },
            ]}
          />
        </section>
      )}
      {open !== undefined && <SegmentEditor key={open.key} segment={open} onClose={() => go(address('segments'))} />}
      {isCreating && (
        <NewKeyed
          what="segment"
          error={create.error}
          isPending={create.isPending}
          onClose={() => setCreating(false)}
          onCreate={(made) =>
            create.mutate(made, {
              onSuccess: ({ key }) => {
                setCreating(false);
                go(address('segments', key));
              },
            })
          }
        />
      )}
    </div>
  );
}
