import type { ReactNode } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import type { DocsPlace } from '../docs/docs-places.ts';
import { Badge } from '../parts/badge.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { Notes } from './plan-fields.tsx';
import { notesUnder } from './plan-notes.ts';

interface MoreSectionProps {
  readonly draft: PlanDraft;
  readonly title: string;
  /** What the plan says of it now, in a few words: what one reads while it is closed. */
  readonly now: string;
  readonly docs: DocsPlace;
  /** Its members of the plan, whose notes are told here. */
  readonly members: readonly string[];
  readonly children: ReactNode;
}

/** A part of the plan that few need: closed it says what holds, open it has the fields. */
export function MoreSection({ draft, title, now, docs, members, children }: MoreSectionProps): ReactNode {
  const notes = members.flatMap((member) => notesUnder(draft.notes, [member]));
  const isRefused = notes.some(({ tone }) => tone === 'bad');
  return (
    <details className="card more">
      <summary>
        <h2>{title}</h2> <span className="faint">{now}</span>
        {notes.length > 0 && (
          <>
            {' '}
            <Badge tone={isRefused ? 'bad' : 'warn'}>{isRefused ? 'refused' : 'see inside'}</Badge>
          </>
        )}
      </summary>
      <div className="stack">
        <Notes notes={notes} />
        {children}
        <div className="actions">
          <DocsLink to={docs} about={title.toLowerCase()} />
        </div>
      </div>
    </details>
  );
}
