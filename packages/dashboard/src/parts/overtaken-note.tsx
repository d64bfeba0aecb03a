import type { ReactNode } from 'react';
import { DiffView } from '../diff/diff-view.tsx';

interface OvertakenNoteProps {
  /** What one began from, and what there is now. */
  readonly before: unknown;
  readonly now: unknown;
  readonly onKeepMine: () => void;
}

/** Somebody was faster: what they changed, and a way to go on with what is typed here on top of it. */
export function OvertakenNote({ before, now, onKeepMine }: OvertakenNoteProps): ReactNode {
  return (
    <div className="note warn stack" role="alert">
      <p>Somebody changed it since you began. What you typed is still here; what they changed:</p>
      <DiffView before={before} after={now} titles={['When you began', 'Now']} />
      <p className="actions">
        <button type="button" onClick={onKeepMine}>
          Put mine on top of it
        </button>
      </p>
    </div>
  );
}
