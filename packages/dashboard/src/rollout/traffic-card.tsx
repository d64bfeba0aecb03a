import type { RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { formatPercent } from '../text/format.ts';

/** Weights of proxies and meshes: what each is to have, and has. */
export function TrafficCard({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const { traffic = [] } = rollout;
  if (traffic.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="traffic-title">
      <div className="row">
        <h2 id="traffic-title">Traffic outside of the flag</h2>
        <span className="bar-space" />
        <DocsLink to="traffic#traffic-outside-of-the-flag" about="traffic adapters" />
      </div>
      <DataTable
        caption="Weights of treatment"
        rows={traffic}
        keyOf={({ adapter }) => adapter}
        columns={[
          { title: 'Adapter', cell: ({ adapter }) => adapter },
          { title: 'Wanted', kind: 'number', cell: ({ desiredPpm }) => percentOr(desiredPpm, 'nothing yet') },
          { title: 'Applied', kind: 'number', cell: ({ appliedPpm }) => percentOr(appliedPpm, 'not known') },
          {
            title: 'Confirmed',
            cell: ({ confirmed }) => (confirmed ? <Badge tone="good">yes</Badge> : <Badge tone="warn">not yet</Badge>),
          },
          { title: 'In its words', kind: 'wide', cell: ({ detail }) => detail },
        ]}
      />
    </section>
  );
}

function percentOr(ppm: number | null, words: string): string {
  return ppm === null ? words : formatPercent(ppm);
}
