import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useChange } from '../api/use-read.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { draftOf, type FlagDraft } from './flag-draft.ts';
import { mergePatch } from './merge-patch.ts';

interface ChangeReviewProps {
  readonly base: FlagView;
  readonly draft: FlagDraft;
  readonly onSaved: (flag: FlagView) => void;
  readonly onClose: () => void;
}

/** What is about to be written, side by side with what there is; then one PATCH that names what was read. */
export function ChangeReview({ base, draft, onSaved, onClose }: ChangeReviewProps): ReactNode {
  const { environment, isCritical } = usePlace();
  const [reason, setReason] = useState('');
  const before = draftOf(base);
  const save = useChange(({ api, base: address }, why: string) =>
    api.send<FlagView>(
      'PATCH',
      `${address}/flags/${encodeURIComponent(base.key)}?reason=${encodeURIComponent(why)}`,
      // Drafts are JSON documents, as they came.
      {
        body: mergePatch(JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(draft))),
        ifMatch: base.revision,
      },
    ),
  );
  return (
    <Dialog label={`Save ${base.key}`} className="wide" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(reason.trim(), { onSuccess: onSaved });
        }}
      >
        <h2>Save {base.key}?</h2>
        <p className={isCritical ? 'note critical-note' : 'faint'}>
          In <strong>{environment}</strong>. SDKs have it within a second.
        </p>
        <DiffView before={before} after={draft} titles={[`Revision ${base.revision}`, 'What you save']} />
        <label className="field">
          Reason, for the audit log
          <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
        </label>
        <ProblemNote error={save.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Back
          </button>
          <button type="submit" className="primary" disabled={save.isPending}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}
