import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly verb: string;
  readonly tone?: 'danger' | 'primary';
  readonly children?: ReactNode;
  readonly error: Error | null;
  readonly isPending: boolean;
  /** Whether the audit log has room for a reason; true when absent. */
  readonly takesReason?: boolean;
  /** `reason` is what was typed, for the audit log. */
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks once more, says where, and takes a reason for the audit log. Enter in the reason confirms. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { title, verb, tone = 'primary', children, error, isPending, takesReason = true, onConfirm, onClose } = props;
  const { environment, isCritical } = usePlace();
  const [reason, setReason] = useState('');
  return (
    <Dialog label={title} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(reason.trim());
        }}
      >
        <h2>{title}</h2>
        <p className={isCritical ? 'note critical-note' : 'faint'}>
          In <strong>{environment}</strong>
        </p>
        {children}
        {takesReason && (
          <label className="field">
            Reason, for the audit log
            <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
          </label>
        )}
        <ProblemNote error={error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: the dialog was asked for, and this is what it is for */}
          <button type="submit" className={tone} disabled={isPending} autoFocus>
            {isPending ? 'One moment …' : verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
