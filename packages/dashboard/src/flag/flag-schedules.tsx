import type { FlagView, ScheduleView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange, useList } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Waiting } from '../parts/loading.tsx';
import { atMsOf, MomentField, momentOf } from '../parts/moment-field.tsx';
import { useAddress } from '../routing/use-route.ts';
import { CancelSchedule } from '../schedules/cancel-schedule.tsx';
import { When } from '../schedules/schedules-page.tsx';
import { describePatch } from '../text/describe-schedule.ts';

const EVERY_MS = 10_000;
/** What is offered first. */
const LATER_MS = 3_600_000;

/** What this flag is to change by itself; and a way to have it switched at a time. */
export function FlagSchedules({ flag }: { readonly flag: FlagView }): ReactNode {
  const address = useAddress();
  const path = `/flags/${encodeURIComponent(flag.key)}/schedules`;
  const schedules = useList<ScheduleView>(`${path}?pending=true`, { everyMs: EVERY_MS });
  const [isAsking, setAsking] = useState(false);
  const [moment, setMoment] = useState('');
  const schedule = useChange(({ api, base }, reason: string) =>
    api.send<ScheduleView>('POST', `${base}${path}`, {
      body: { atMs: atMsOf(moment), patch: { enabled: !flag.enabled }, reason },
    }),
  );
  const rows = (schedules.data ?? []).toSorted((one, other) => one.atMs - other.atMs);
  return (
    <section className="card stack" aria-labelledby="schedules-title">
      <div className="row">
        <h2 id="schedules-title">Scheduled</h2>
        <span className="bar-space" />
        <a href={address('schedules', undefined, { flag: flag.key })}>All of this flag</a>
      </div>
      <Waiting of={schedules} what="scheduled changes" />
      {schedules.data !== undefined && rows.length === 0 && <p className="faint">Nothing is to come.</p>}
      <ul className="history">
        {rows.map((each) => (
          <li key={each.id} className="row">
            <span>
              <When atMs={each.atMs} />: it {describePatch(each.patch)}{' '}
              <span className="faint">
                by {each.createdBy.name} {each.reason}
              </span>
            </span>
            <span className="bar-space" />
            <CancelSchedule schedule={each} />
          </li>
        ))}
      </ul>
      {!flag.archived && (
        <p className="row">
          <button
            type="button"
            onClick={() => {
              setMoment(momentOf(Date.now() + LATER_MS));
              setAsking(true);
            }}
          >
            Switch it {flag.enabled ? 'off' : 'on'} at …
          </button>
        </p>
      )}
      {isAsking && (
        <Confirm
          title={`Switch ${flag.key} ${flag.enabled ? 'off' : 'on'} later?`}
          verb="Schedule it"
          error={schedule.error}
          isPending={schedule.isPending}
          onConfirm={(reason) => schedule.mutate(reason, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <MomentField label="At" value={moment} isRequired onEdit={setMoment} />
          <p className="faint">It meets the flag as it is then. A kill in between keeps it from happening.</p>
        </Confirm>
      )}
    </section>
  );
}
