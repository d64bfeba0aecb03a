import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import type { RefusedError } from '../api/api.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { draftOf } from './flag-draft.ts';
import type { FlagEdits } from './use-flag-draft.ts';

interface SaveBarProps {
  readonly edits: FlagEdits;
  /** As it is now; newer than what the edits began from when somebody else was faster. */
  readonly flag: FlagView;
  /** Fields that hold what cannot be taken over yet. */
  readonly unfinishedCount: number;
  readonly problem: RefusedError | undefined;
  readonly onReview: () => void;
}

/** Below everything while there is something to save: what keeps it from being saved, and the ways on. */
export function SaveBar({ edits, flag, unfinishedCount, problem, onReview }: SaveBarProps): ReactNode {
  const [isShown, setShown] = useState(false);
  const { isOvertaken, contested, base } = edits;
  return (
    <section className="save-bar" aria-label="Changes that are not saved">
      {isOvertaken && isShown && (
        <div className="save-detail">
          <DiffView
            before={draftOf(base)}
            after={draftOf(flag)}
            titles={[`When you began (${base.revision})`, `Now (${flag.revision})`]}
          />
        </div>
      )}
      <span className="save-words" role="status">
        {isOvertaken ? (
          <strong>Somebody changed this flag since you began. </strong>
        ) : (
          'Changes that are not saved yet. '
        )}
        {unfinishedCount > 0 && <span className="bad">A field holds what cannot be taken over yet. </span>}
        {contested.length > 0 && (
          <span className="warn">Both of you changed {contested.join(', ')}: yours would stand. </span>
        )}
        {problem !== undefined && !isOvertaken && <span className="bad">{problem.message}</span>}
      </span>
      <span className="actions">
        {isOvertaken && (
          <>
            <button type="button" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
              What changed
            </button>
            <button type="button" onClick={edits.keepMine}>
              Put mine on top
            </button>
          </>
        )}
        <button type="button" onClick={edits.discard}>
          {isOvertaken ? 'Begin again' : 'Discard'}
        </button>
        <button type="button" className="primary" disabled={isOvertaken || unfinishedCount > 0} onClick={onReview}>
          Review and save
        </button>
      </span>
    </section>
  );
}
