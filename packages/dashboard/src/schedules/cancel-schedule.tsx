import type { ScheduleView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { describePatch } from '../text/describe-schedule.ts';
import { formatInstantFully } from '../text/format.ts';

/** A button that takes a scheduled change back, once it was confirmed. */
export function CancelSchedule({ schedule }: { readonly schedule: ScheduleView }): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const cancel = useChange(({ api, base }, reason: string) =>
    api.send('DELETE', `${base}/schedules/${encodeURIComponent(schedule.id)}?reason=${encodeURIComponent(reason)}`),
  );
  return (
    <>
      <button
        type="button"
        className="small"
        aria-label={`Cancel what is scheduled for ${schedule.flagKey} at ${formatInstantFully(schedule.atMs)}`}
        onClick={() => setAsking(true)}
      >
        Cancel it
      </button>
      {isAsking && (
        <Confirm
          title="Cancel the scheduled change?"
          verb="Cancel it"
          tone="danger"
          error={cancel.error}
          isPending={cancel.isPending}
          onConfirm={(reason) => cancel.mutate(reason, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>
            {schedule.flagKey}: it {describePatch(schedule.patch)} at {formatInstantFully(schedule.atMs)}.
          </p>
        </Confirm>
      )}
    </>
  );
}
