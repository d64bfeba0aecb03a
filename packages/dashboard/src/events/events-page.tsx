import { useQuery } from '@tanstack/react-query';
import type {
  AccessKeyView,
  ConnectionView,
  FlagUsageView,
  MetricView,
  PageOf,
  RecentEvents,
  RolloutView,
} from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { usePlace } from '../api/place.ts';
import { useList, useRead } from '../api/use-read.ts';
import { HourFlow } from '../charts/hour-flow.tsx';
import { HourSparkline } from '../charts/hour-sparkline.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { useNow } from '../parts/use-now.ts';
import { useAddress } from '../routing/use-route.ts';
import { formatCount, formatElapsed } from '../text/format.ts';
import { type Advice, diagnose, type EventCounts, SILENT_MS } from './diagnose.ts';
import { eventName } from './event-name.ts';
import { useElsewhere } from './use-elsewhere.ts';

const EVERY_MS = 1_000;
/** What changes seldom and is read for advice alone. */
const SELDOM_MS = 10_000;

const TOTALS: readonly (readonly [keyof EventCounts, string])[] = [
  ['batches', 'Batches'],
  ['evaluations', 'Evaluations'],
  ['exposureRows', 'Exposures'],
  ['outcomeRows', 'Outcomes'],
  ['duplicateBatches', 'Repeated batches, counted once'],
  ['missingBatches', 'Batches that never came'],
  ['droppedExposures', 'Exposures that SDKs dropped'],
  ['droppedOutcomes', 'Outcomes that SDKs dropped'],
  ['malformedRows', 'Rows that point nowhere'],
  ['unknownRolloutExposures', 'Exposures of rollouts that have ended, or that nobody knows'],
  ['unmatchedOutcomes', 'Outcomes of units that nobody exposed'],
];

/** What comes in, by minute, SDK and event; and when nothing does, or something is odd, why that may be. */
export function EventsPage(): ReactNode {
  const nowMs = useNow();
  const recent = useRead<RecentEvents>('/recent-events', { everyMs: EVERY_MS });
  const counts = useRead<EventCounts & { readonly held: boolean }>('/evidence', { everyMs: EVERY_MS });
  const metrics = useList<MetricView>('/metrics');
  const rollouts = useList<RolloutView>('/rollouts?active=true', { everyMs: SELDOM_MS });
  const advice = useAdvice({
    recent: recent.data,
    counts: counts.data,
    metrics: metrics.data,
    rollouts: rollouts.data,
  });
  return (
    <div className="page">
      <div className="page-head">
        <h1>Events</h1>
        <span className="faint" role="status">
          {recent.data !== undefined && flowWords(recent.data, nowMs)}
        </span>
      </div>
      <Waiting of={recent} what="events" />
      <AdviceList advice={advice} />
      {recent.data !== undefined && (
        <Recent recent={recent.data} metrics={metrics.data ?? []} rollouts={rollouts.data ?? []} />
      )}
      <UnknownFlags />
      {counts.data?.held === true && (
        <details className="card">
          <summary>
            <h2>All that was ever counted</h2> <span className="faint">since the environment began</span>
          </summary>
          <Totals counts={counts.data} />
        </details>
      )}
    </div>
  );
}

function flowWords({ minutes, sdks, sinceMs }: RecentEvents, nowMs: number): string {
  const comes = sdks.filter(({ lastAtMs }) => nowMs - lastAtMs <= SILENT_MS);
  if (comes.length === 0) return `nothing has come for ${formatElapsed(SILENT_MS)}`;
  const last = minutes.filter(({ atMs }) => nowMs - atMs <= SILENT_MS);
  const total = last.reduce((sum, { exposures, outcomes, evaluations }) => sum + exposures + outcomes + evaluations, 0);
  const spanMs = Math.min(SILENT_MS, Math.max(60_000, nowMs - sinceMs));
  const rate = Math.round(total / (spanMs / 60_000));
  return `about ${formatCount(rate)} a minute from ${comes.length} ${comes.length === 1 ? 'version' : 'versions'} of SDKs`;
}

interface AdviceInput {
  readonly recent: RecentEvents | undefined;
  readonly counts: EventCounts | undefined;
  readonly metrics: readonly MetricView[] | undefined;
  readonly rollouts: readonly RolloutView[] | undefined;
}

/** None before all is known that it goes by: advice that is taken back is worse than advice that comes a second later. */
function useAdvice({ recent, counts, metrics, rollouts }: AdviceInput): readonly Advice[] {
  const nowMs = useNow();
  const { api, environment } = usePlace();
  const connections = useRead<PageOf<ConnectionView>>('/connections', { everyMs: SELDOM_MS });
  const isSilent = recent?.sdks.every(({ lastAtMs }) => nowMs - lastAtMs > SILENT_MS) === true;
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: () => api.list<AccessKeyView>('/api/v1/keys'),
    enabled: isSilent,
    // Most readers may not list them, and no answer will change that.
    retry: false,
  });
  const elsewhere = useElsewhere(isSilent, nowMs);
  const isKnown = recent !== undefined && connections.data !== undefined && (!isSilent || !keys.isPending);
  if (!isKnown || metrics === undefined || rollouts === undefined) return [];
  return diagnose({
    nowMs,
    recent,
    counts,
    connections: connections.data?.items ?? [],
    keys: keys.data?.filter((key) => key.kind !== 'operator' && key.environment === environment),
    elsewhere,
    metrics,
    rollouts,
  });
}

function AdviceList({ advice }: { readonly advice: readonly Advice[] }): ReactNode {
  if (advice.length === 0) return null;
  return (
    <section className="note warn" aria-label="Diagnosis">
      <dl className="advice">
        {advice.map(({ finding, remedy }) => (
          <div key={finding}>
            <dt>
              <strong>{finding}</strong>
            </dt>
            <dd>{remedy}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface RecentProps {
  readonly recent: RecentEvents;
  readonly metrics: readonly MetricView[];
  readonly rollouts: readonly RolloutView[];
}

function Recent({ recent, metrics, rollouts }: RecentProps): ReactNode {
  const address = useAddress();
  const { minutes, sdks, events, newest } = recent;
  if (minutes.length === 0) return <Empty>Nothing has come within the last hour.</Empty>;
  const readersOf = (event: string) =>
    metrics.filter((metric) => metric.event === eventName(event)).map(({ key }) => key);
  const flagOf = (rolloutId: string) =>
    rollouts.find(({ id }) => id === rolloutId)?.flagKey ?? 'a rollout that is over';
  return (
    <>
      <section className="card" aria-label="The last hour">
        <HourFlow minutes={minutes} />
      </section>
      <section className="card stack" aria-labelledby="sdks-title">
        <h2 id="sdks-title">Who sends, within the hour</h2>
        <DataTable
          caption="SDKs that sent events within the hour"
          rows={sdks}
          keyOf={({ name, version, keyKind }) => `${name} ${version} ${keyKind}`}
          columns={[
            { title: 'SDK', cell: ({ name, version }) => `${name} ${version}` },
            { title: 'Key', cell: ({ keyKind }) => keyKind },
            { title: 'Last', cell: ({ lastAtMs }) => <Ago atMs={lastAtMs} /> },
            { title: 'Batches', kind: 'number', cell: ({ batches }) => formatCount(batches) },
            { title: 'Evaluations', kind: 'number', cell: ({ evaluations }) => formatCount(evaluations) },
            { title: 'Exposures', kind: 'number', cell: ({ exposures }) => formatCount(exposures) },
            { title: 'Outcomes', kind: 'number', cell: ({ outcomes }) => formatCount(outcomes) },
            {
              title: 'Dropped',
              kind: 'number',
              cell: ({ dropped }) => <span className={dropped > 0 ? 'warn' : ''}>{formatCount(dropped)}</span>,
            },
          ]}
        />
      </section>
      <section className="card stack" aria-labelledby="outcomes-title">
        <h2 id="outcomes-title">Outcomes by event</h2>
        {events.length === 0 && <p className="faint">No outcome came within the hour.</p>}
        {events.length > 0 && (
          <DataTable
            caption="Outcomes by event"
            rows={events.toSorted((one, other) => one.event.localeCompare(other.event))}
            keyOf={({ event }) => event}
            columns={[
              { title: 'Event', cell: ({ event }) => <code>{event}</code> },
              { title: 'In the last hour', cell: (each) => <HourSparkline what="outcomes" minutes={each.minutes} /> },
              { title: 'Last', cell: ({ lastAtMs }) => <Ago atMs={lastAtMs} /> },
              {
                title: 'Read by the metrics',
                kind: 'wide',
                cell: ({ event }) => {
                  const readers = readersOf(event);
                  if (readers.length > 0) return <a href={address('metrics')}>{readers.join(', ')}</a>;
                  return <span className="faint">{event.startsWith('$') ? 'templates' : 'none'}</span>;
                },
              },
            ]}
          />
        )}
      </section>
      <section className="card stack" aria-labelledby="newest-title">
        <h2 id="newest-title">The newest</h2>
        <p className="faint">A sample. A unit is shown by half of its hash: its key stays in the application.</p>
        <DataTable
          caption="A sample of the newest events"
          rows={newest.map((sample, index) => ({ sample, index }))}
          keyOf={({ sample, index }) => `${sample.atMs} ${sample.unit} ${index}`}
          columns={[
            { title: 'When', cell: ({ sample }) => <Ago atMs={sample.atMs} /> },
            { title: 'Kind', cell: ({ sample }) => sample.kind },
            {
              title: 'What',
              kind: 'wide',
              cell: ({ sample }) =>
                sample.kind === 'exposure' ? (
                  <>
                    <a href={address('rollouts', sample.rolloutId)}>{flagOf(sample.rolloutId)}</a> {sample.arm}, stage{' '}
                    {sample.stageIndex + 1}
                  </>
                ) : (
                  <>
                    <code>{sample.event}</code> {Number(sample.value.toPrecision(4))}
                  </>
                ),
            },
            { title: 'Unit', cell: ({ sample }) => <code>{sample.unit}</code> },
            { title: 'SDK', cell: ({ sample }) => sample.sdk },
          ]}
        />
      </section>
    </>
  );
}

function Totals({ counts }: { readonly counts: EventCounts }): ReactNode {
  return (
    <DataTable
      caption="Events since the environment began"
      rows={TOTALS}
      keyOf={([name]) => name}
      columns={[
        { title: 'What', cell: ([, words]) => words },
        { title: 'Count', kind: 'number', cell: ([name]) => formatCount(counts[name]) },
      ]}
    />
  );
}

function UnknownFlags(): ReactNode {
  const unknown = useList<FlagUsageView>('/unknown-flags', { everyMs: 30_000 });
  return (
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
  );
}
