import type { ScheduleView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useList } from '../api/use-read.ts';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { useNow } from '../parts/use-now.ts';
import type { PageRoute } from '../routing/route.ts';
import { useAddress } from '../routing/use-route.ts';
import { describePatch, describeScheduleState } from '../text/describe-schedule.ts';
import { formatCount, formatElapsed } from '../text/format.ts';
import { CancelSchedule } from './cancel-schedule.tsx';

/** Being scheduled is no change, so the page of changes does not tell it. */
const EVERY_MS = 5_000;

/** What is to change by itself, and when; and what became of what was scheduled before. Of one flag, or of all. */
export function SchedulesPage({ route }: { readonly route: PageRoute }): ReactNode {
  const address = useAddress();
  const flagKey = route.query['flag'];
  const [isPendingOnly, setPendingOnly] = useState(true);
  const of = flagKey === undefined ? '' : `/flags/${encodeURIComponent(flagKey)}`;
  const schedules = useList<ScheduleView>(`${of}/schedules${isPendingOnly ? '?pending=true' : ''}`, {
    everyMs: EVERY_MS,
  });
  const rows = (schedules.data ?? []).toSorted((one, other) =>
    isPendingOnly ? one.atMs - other.atMs : other.atMs - one.atMs,
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>Scheduled changes{flagKey !== undefined && `: ${flagKey}`}</h1>
        <span className="faint" role="status">
          {rows.length > 0 && formatCount(rows.length)}
        </span>
        <span className="bar-space" />
        {flagKey !== undefined && <a href={address('schedules')}>Those of all flags</a>}
        <fieldset className="choice">
          <legend className="hidden">Which</legend>
          {[true, false].map((only) => (
            <label key={String(only)}>
              <input type="radio" name="which" checked={isPendingOnly === only} onChange={() => setPendingOnly(only)} />
              <span>{only ? 'To come' : 'All'}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <Waiting of={schedules} what="scheduled changes" />
      {schedules.data !== undefined && rows.length === 0 && (
        <Empty>
          <p>Nothing is scheduled.</p>
          <p>
            On the page of a <a href={address('flags')}>flag</a>, switch it at a time, or choose one where you review
            your changes.
          </p>
        </Empty>
      )}
      {rows.length > 0 && (
        <section className="card">
          <DataTable
            caption="Scheduled changes"
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Flag', cell: ({ flagKey: key }) => <a href={address('flags', key)}>{key}</a> },
              { title: 'When', cell: ({ atMs }) => <When atMs={atMs} /> },
              { title: 'What', kind: 'wide', cell: (schedule) => <What schedule={schedule} /> },
              { title: 'By', cell: ({ createdBy }) => createdBy.name },
              { title: 'Why', kind: 'wide', cell: ({ reason }) => reason },
              { title: 'State', cell: (schedule) => <State schedule={schedule} /> },
            ]}
          />
        </section>
      )}
    </div>
  );
}

export function When({ atMs }: { readonly atMs: number }): ReactNode {
  const nowMs = useNow();
  return (
    <>
      <Instant atMs={atMs} />
      {atMs > nowMs && <span className="faint"> · in {formatElapsed(atMs - nowMs)}</span>}
    </>
  );
}

function What({ schedule }: { readonly schedule: ScheduleView }): ReactNode {
  return (
    <details>
      <summary>it {describePatch(schedule.patch)}</summary>
      <pre>{JSON.stringify(schedule.patch, null, 2)}</pre>
    </details>
  );
}

function State({ schedule }: { readonly schedule: ScheduleView }): ReactNode {
  if (schedule.state.kind === 'pending') return <CancelSchedule schedule={schedule} />;
  const { words, tone, detail } = describeScheduleState(schedule);
  return (
    <Badge tone={tone} {...(detail && { title: detail })}>
      {words}
    </Badge>
  );
}
