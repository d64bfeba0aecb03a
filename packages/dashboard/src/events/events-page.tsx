import type { FlagUsageView } from '@tidegate/protocol/types';
import { type ReactNode, useEffect, useState } from 'react';
import { useList, useRead } from '../api/use-read.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import type { Connection } from '../sdks/connection.ts';
import { formatCount } from '../text/format.ts';
import { diagnose, type EventCounts } from './diagnose.ts';

const EVERY_MS = 1_000;
/** Differences of a minute: enough to see a rate. */
const SAMPLES_MAX = 60;

interface Sample {
  readonly atMs: number;
  readonly counts: EventCounts;
}

const ROWS: readonly (readonly [keyof EventCounts, string])[] = [
  ['batches', 'Batches'],
  ['evaluations', 'Evaluations'],
  ['exposureRows', 'Exposures'],
  ['outcomeRows', 'Outcomes'],
  ['duplicateBatches', 'Repeated batches, counted once'],
  ['missingBatches', 'Batches that never came'],
  ['droppedExposures', 'Exposures that SDKs dropped'],
  ['droppedOutcomes', 'Outcomes that SDKs dropped'],
  ['malformedRows', 'Rows that point nowhere'],
  ['unmatchedOutcomes', 'Outcomes of units that nobody exposed'],
];

/** What comes in, second by second; and when nothing does, where it may be stuck. */
export function EventsPage(): ReactNode {
  const evidence = useRead<EventCounts & { readonly held: boolean }>('/evidence', { everyMs: EVERY_MS });
  const connections = useRead<{ readonly items: readonly Connection[] }>('/connections', { everyMs: EVERY_MS });
  const unknown = useList<FlagUsageView>('/unknown-flags', { everyMs: 30_000 });
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const { data, dataUpdatedAt } = evidence;
  useEffect(() => {
    if (data?.held !== true) return;
    setSamples((now) => [...now, { atMs: dataUpdatedAt, counts: data }].slice(-SAMPLES_MAX));
  }, [data, dataUpdatedAt]);
  const [first, last] = [samples[0], samples.at(-1)];
  const seconds = first === undefined || last === undefined ? 0 : (last.atMs - first.atMs) / 1_000;
  const rateOf = (name: keyof EventCounts) =>
    seconds < 1 || first === undefined || last === undefined
      ? undefined
      : (last.counts[name] - first.counts[name]) / seconds;
  const advice =
    data === undefined
      ? []
      : diagnose({
          counts: data,
          isComing: (rateOf('batches') ?? 1) > 0,
          connectionCount: connections.data?.items.length ?? 0,
        });
  return (
    <div className="page">
      <h1>Events</h1>
      <Waiting of={evidence} what="counters" />
      {data?.held === false && <p className="note warn">Another node accounts for this environment: ask that one.</p>}
      {advice.length > 0 && (
        <section className="note warn" aria-label="Diagnosis">
          <ul>
            {advice.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
      {data?.held === true && (
        <section className="card">
          <DataTable
            caption="Events"
            rows={ROWS}
            keyOf={([name]) => name}
            columns={[
              { title: 'What', cell: ([, words]) => words },
              { title: 'Since the node began to count', kind: 'number', cell: ([name]) => formatCount(data[name]) },
              { title: 'A second', kind: 'number', cell: ([name]) => rateOf(name)?.toFixed(1) ?? '…' },
            ]}
          />
        </section>
      )}
      <section className="card stack" aria-labelledby="unknown-title">
        <h2 id="unknown-title">Asked for, and not there</h2>
        <Waiting of={unknown} what="unknown flags" />
        {unknown.data?.length === 0 && <p className="faint">Every flag that is asked for exists.</p>}
        {unknown.data !== undefined && unknown.data.length > 0 && (
          <DataTable
            caption="Keys that SDKs ask for and that are no flags"
            rows={unknown.data}
            keyOf={({ flagKey }) => flagKey}
            columns={[
              { title: 'Key', cell: ({ flagKey }) => <code>{flagKey}</code> },
              {
                title: 'By',
                kind: 'wide',
                cell: ({ sdks }) => sdks.map(({ name, version }) => `${name} ${version}`).join(', '),
              },
              {
                title: 'Last',
                cell: ({ variations }) => <Ago atMs={Math.max(0, ...variations.map(({ lastAtMs }) => lastAtMs))} />,
              },
            ]}
          />
        )}
      </section>
    </div>
  );
}
