import type { GuardTemplateView } from '@tidegate/protocol';
import type { MetricView, RecentEvents, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useMemo, useState } from 'react';
import { useChange, useList, useRead } from '../api/use-read.ts';
import { HourSparkline } from '../charts/hour-sparkline.tsx';
import { eventName } from '../events/event-name.ts';
import { useTemplates } from '../new-rollout/use-templates.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { MetricDialog } from './metric-dialog.tsx';
import { metricUses } from './metric-uses.ts';
import { TemplateDialog } from './template-dialog.tsx';
import { UsedBy } from './used-by.tsx';

/** What came is shown by the minute. */
const RECENT_EVERY_MS = 10_000;

type Shown =
  | { readonly kind: 'new' }
  | { readonly kind: 'metric'; readonly metric: MetricView }
  | { readonly kind: 'template'; readonly template: GuardTemplateView };

/** What is measured of units, and the templates that guards are made from, with who uses them and what came of each. */
export function MetricsPage(): ReactNode {
  const metrics = useList<MetricView>('/metrics');
  const templates = useTemplates();
  const rollouts = useList<RolloutView>('/rollouts');
  const recent = useRead<RecentEvents>('/recent-events', { everyMs: RECENT_EVERY_MS });
  const [shown, setShown] = useState<Shown>();
  const uses = useMemo(() => (rollouts.data === undefined ? undefined : metricUses(rollouts.data)), [rollouts.data]);
  const usesOf = (of: 'metrics' | 'templates', name: string) => uses && (uses[of].get(name) ?? []);
  const close = () => setShown(undefined);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Metrics</h1>
        <span className="bar-space" />
        <button type="button" className="primary" onClick={() => setShown({ kind: 'new' })}>
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
              {
                title: 'Metric',
                cell: (metric) => (
                  <button type="button" className="link" onClick={() => setShown({ kind: 'metric', metric })}>
                    {metric.key}
                  </button>
                ),
              },
              { title: 'Kind', cell: ({ kind = 'binary' }) => kind },
              { title: 'Event', cell: ({ event }) => <code>{event}</code> },
              { title: 'Counts when', cell: ({ countsWhen }) => countsWhenWords(countsWhen) },
              { title: 'Harm is', cell: ({ harm }) => (harm === 'up' ? 'more' : 'less') },
              {
                title: 'Its event, in the last hour',
                cell: ({ event }) =>
                  recent.data === undefined ? (
                    <span className="faint">not known here</span>
                  ) : (
                    <HourSparkline what="outcomes" minutes={minutesOf(recent.data, event)} />
                  ),
              },
              { title: 'Used by', kind: 'wide', cell: ({ key }) => <UsedBy uses={usesOf('metrics', key)} /> },
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
              {
                title: 'Template',
                cell: (template) => (
                  <button type="button" className="link" onClick={() => setShown({ kind: 'template', template })}>
                    {template.name}@{template.version}
                  </button>
                ),
              },
              { title: 'From', cell: ({ builtIn }) => (builtIn ? 'built in' : 'this project') },
              {
                title: 'Arguments',
                kind: 'wide',
                cell: ({ parameters }) =>
                  Object.entries(parameters)
                    .map(([name, each]) => (each.default === undefined ? name : `${name} = ${each.default}`))
                    .join(', '),
              },
              { title: 'Used by', kind: 'wide', cell: ({ name }) => <UsedBy uses={usesOf('templates', name)} /> },
              { title: 'Description', kind: 'wide', cell: ({ description }) => description },
            ]}
          />
        )}
      </section>
      {shown?.kind === 'new' && <NewMetric onClose={close} />}
      {shown?.kind === 'metric' && (
        <MetricDialog metric={shown.metric} uses={usesOf('metrics', shown.metric.key)} onClose={close} />
      )}
      {shown?.kind === 'template' && (
        <TemplateDialog template={shown.template} uses={usesOf('templates', shown.template.name)} onClose={close} />
      )}
    </div>
  );
}

/** The outcomes that a metric could count: what SDKs report by themselves is told apart by flag. */
function minutesOf({ events }: RecentEvents, event: string): RecentEvents['events'][number]['minutes'] {
  return events.filter((each) => eventName(each.event) === event).flatMap(({ minutes }) => minutes);
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
