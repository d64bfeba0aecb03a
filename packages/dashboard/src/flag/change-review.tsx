import type { FlagView, ScheduleView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useChange } from '../api/use-read.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { atMsOf, MomentField } from '../parts/moment-field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { draftOf, type FlagDraft } from './flag-draft.ts';
import { patchBetween } from './merge-patch.ts';

interface ChangeReviewProps {
  readonly base: FlagView;
  readonly draft: FlagDraft;
  readonly onSaved: (flag: FlagView) => void;
  readonly onScheduled: () => void;
  readonly onClose: () => void;
}

/**
 * What is about to be written, side by side with what there is; then one PATCH that names what was read. Or the same
 * patch for a later time, which meets the flag as it is then.
 */
export function ChangeReview({ base, draft, onSaved, onScheduled, onClose }: ChangeReviewProps): ReactNode {
  const { environment, isCritical } = usePlace();
  const [reason, setReason] = useState('');
  const before = draftOf(base);
  const [moment, setMoment] = useState('');
  const patch = patchBetween(before, draft);
  const save = useChange(({ api, base: address }, why: string) =>
    api.send<FlagView>('PATCH', `${address}/flags/${encodeURIComponent(base.key)}?reason=${encodeURIComponent(why)}`, {
      body: patch,
      ifMatch: base.revision,
    }),
  );
  const schedule = useChange(({ api, base: address }, why: string) =>
    api.send<ScheduleView>('POST', `${address}/flags/${encodeURIComponent(base.key)}/schedules`, {
      body: { atMs: atMsOf(moment), patch, reason: why },
    }),
  );
  const isLater = moment !== '';
  return (
    <Dialog label={`Save ${base.key}`} className="wide" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isLater) schedule.mutate(reason.trim(), { onSuccess: onScheduled });
          else save.mutate(reason.trim(), { onSuccess: onSaved });
        }}
      >
        <h2>Save {base.key}?</h2>
        <p className={isCritical ? 'note critical-note' : 'faint'}>
          In <strong>{environment}</strong>.{' '}
          {isLater ? 'It meets the flag as it is then.' : 'SDKs have it within a second.'}
        </p>
        <DiffView before={before} after={draft} titles={[`Revision ${base.revision}`, 'What you save']} />
        <label className="field">
          Reason, for the audit log
          <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
        </label>
        <MomentField label="At a later time; at once when empty" value={moment} onEdit={setMoment} />
        <ProblemNote error={isLater ? schedule.error : save.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="primary" disabled={save.isPending || schedule.isPending}>
            {isLater ? 'Schedule it' : 'Save'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
