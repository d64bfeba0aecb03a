import type { MetricView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange, useList } from '../api/use-read.ts';
import { useTemplates } from '../new-rollout/use-templates.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

/** What is measured of units, and the templates that guards are made from. */
export function MetricsPage(): ReactNode {
  const metrics = useList<MetricView>('/metrics');
  const templates = useTemplates();
  const [isCreating, setCreating] = useState(false);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Metrics</h1>
        <span className="bar-space" />
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New metric
        </button>
      </div>
      <Waiting of={metrics} what="metrics" />
      {metrics.data?.length === 0 && <Empty>There is no metric here yet.</Empty>}
      {metrics.data !== undefined && metrics.data.length > 0 && (
        <section className="card">
          <DataTable
            caption="Metrics"
            rows={metrics.data}
            keyOf={({ key }) => key}
            columns={[
              { title: 'Metric', cell: ({ key }) => key },
              { title: 'Kind', cell: ({ kind = 'binary' }) => kind },
              { title: 'Event', cell: ({ event }) => <code>{event}</code> },
              { title: 'Counts when', cell: ({ countsWhen }) => countsWhenWords(countsWhen) },
              { title: 'Harm is', cell: ({ harm }) => (harm === 'up' ? 'more' : 'less') },
              { title: 'Description', kind: 'wide', cell: ({ description }) => description },
            ]}
          />
        </section>
      )}
      <section className="card stack" aria-labelledby="templates-title">
        <h2 id="templates-title">Guard templates</h2>
        <Waiting of={templates} what="templates" />
        {templates.data !== undefined && (
          <DataTable
            caption="Guard templates"
            rows={templates.data}
            keyOf={({ name, version }) => `${name}@${version}`}
            columns={[
              { title: 'Template', cell: ({ name, version }) => `${name}@${version}` },
              { title: 'From', cell: ({ builtIn }) => (builtIn ? 'built in' : 'this project') },
              {
                title: 'Arguments',
                kind: 'wide',
                cell: ({ parameters }) =>
                  Object.entries(parameters)
                    .map(([name, each]) => (each.default === undefined ? name : `${name} = ${each.default}`))
                    .join(', '),
              },
              { title: 'Description', kind: 'wide', cell: ({ description }) => description },
            ]}
          />
        )}
      </section>
      {isCreating && <NewMetric onClose={() => setCreating(false)} />}
    </div>
  );
}

function countsWhenWords(bound: MetricView['countsWhen']): string {
  if (bound === undefined) return 'always';
  return 'above' in bound ? `above ${bound.above}` : `below ${bound.below}`;
}

function NewMetric({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [key, setKey] = useState('');
  const [event, setEvent] = useState('');
  const [description, setDescription] = useState('');
  const [harm, setHarm] = useState<'up' | 'down'>('up');
  const [above, setAbove] = useState('');
  const create = useChange(({ api, base }, metric: object) => api.send('POST', `${base}/metrics`, { body: metric }));
  return (
    <Dialog label="New metric" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(submit) => {
          submit.preventDefault();
          const countsWhen = above.trim() === '' ? {} : { countsWhen: { above: Number(above) } };
          create.mutate(
            { key: key.trim(), event: event.trim(), description, harm, ...countsWhen },
            { onSuccess: onClose },
          );
        }}
      >
        <h2>New metric</h2>
        <p className="faint">The share of units with an event. Other kinds are made by REST or as code.</p>
        <label className="field">
          Key
          <input value={key} onChange={(change) => setKey(change.target.value)} required spellCheck={false} autoFocus />
        </label>
        <label className="field">
          Event, as <code>client.track</code> names it
          <input value={event} onChange={(change) => setEvent(change.target.value)} required spellCheck={false} />
        </label>
        <label className="field">
          Counts only with a value above
          <input
            inputMode="decimal"
            placeholder="always"
            value={above}
            onChange={(change) => setAbove(change.target.value)}
          />
        </label>
        <label className="field">
          Harm is
          <select value={harm} onChange={(change) => setHarm(change.target.value === 'down' ? 'down' : 'up')}>
            <option value="up">more of it: errors, slow answers</option>
            <option value="down">less of it: sales, sign-ups</option>
          </select>
        </label>
        <label className="field">
          Description
          <input value={description} onChange={(change) => setDescription(change.target.value)} />
        </label>
        <ProblemNote error={create.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={create.isPending}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
