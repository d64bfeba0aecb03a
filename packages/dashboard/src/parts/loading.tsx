import type { ReactNode } from 'react';
import { ProblemNote } from './problem-note.tsx';

export function Loading({ what }: { readonly what: string }): ReactNode {
  return (
    <p className="loading" role="status">
      Loading the {what} …
    </p>
  );
}

interface Read {
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** What stands where something read would: that it is coming, or why it does not come. Nothing once it is there. */
export function Waiting({ of, what }: { readonly of: Read; readonly what: string }): ReactNode {
  if (of.error !== null) return <ProblemNote error={of.error} />;
  return of.isPending ? <Loading what={what} /> : null;
}

/** What to do where there is nothing yet. */
export function Empty({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="empty">{children}</div>;
}
