import type { HistoryEntry, MetricView, PageOf } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useRead } from '../api/use-read.ts';
import { DocsLink } from '../docs/docs-link.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Instant } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { useAddress } from '../routing/use-route.ts';
import type { MetricUse } from './metric-uses.ts';
import { UsedBy } from './used-by.tsx';

const VERSIONS_SHOWN_MAX = 20;
const USES_NAMED_MAX = 30;
/** What every document has, and the dialog says elsewhere. */
const NO_SETTING: readonly string[] = ['key', 'createdAtMs', 'updatedAtMs', 'revision', 'archived', 'description'];

interface MetricDialogProps {
  readonly metric: MetricView;
  readonly uses: readonly MetricUse[] | undefined;
  readonly onClose: () => void;
}

/** All of one metric: what it says, what it said before, and who is guarded by it. */
export function MetricDialog({ metric, uses, onClose }: MetricDialogProps): ReactNode {
  const address = useAddress();
  const history = useRead<PageOf<HistoryEntry>>(
    `/metrics/${encodeURIComponent(metric.key)}/history?limit=${VERSIONS_SHOWN_MAX}`,
  );
  const settings = Object.entries(metric).filter(([name]) => !NO_SETTING.includes(name));
  return (
    <Dialog label={`Metric ${metric.key}`} className="wide" onClose={onClose}>
      <div className="stack">
        <div className="row">
          <h2>Metric {metric.key}</h2>
          <span className="bar-space" />
          <DocsLink to="metrics#kinds" about="metrics" />
        </div>
        <p>{metric.description}</p>
        <DataTable
          caption="Its settings"
          rows={settings}
          keyOf={([name]) => name}
          columns={[
            { title: 'Setting', cell: ([name]) => name },
            {
              title: 'Value',
              kind: 'wide',
              cell: ([, value]) => <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>,
            },
          ]}
        />
        <p>
          Used by <UsedBy uses={uses} namedMax={USES_NAMED_MAX} />
        </p>
        <Waiting of={history} what="versions" />
        {history.data !== undefined && (
          <DataTable
            caption="Versions, newest first"
            isCaptionHidden={false}
            rows={history.data.items}
            keyOf={({ revision }) => String(revision)}
            columns={[
              {
                title: 'Revision',
                cell: ({ revision }) => <a href={address('audit', String(revision))}>{revision}</a>,
              },
              { title: 'When', cell: ({ atMs }) => <Instant atMs={atMs} /> },
              { title: 'Done', cell: ({ action }) => action },
              { title: 'By', cell: ({ actor }) => actor.name },
              { title: 'Why', kind: 'wide', cell: ({ reason }) => reason },
            ]}
          />
        )}
        <div className="actions">
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
