import type { ReactNode } from 'react';
import { RefusedError } from '../api/api.ts';

/** What went wrong, in the server's words: the detail, the places, and the code to look up. */
export function ProblemNote({ error }: { readonly error: Error | null | undefined }): ReactNode {
  if (error === null || error === undefined) return null;
  const isRefused = error instanceof RefusedError;
  return (
    <div className="note bad" role="alert">
      <p>{error.message}</p>
      {isRefused && error.errors.length > 0 && (
        <ul>
          {error.errors.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              {pointer !== '' && <code>{pointer}</code>} {detail}
            </li>
          ))}
        </ul>
      )}
      {isRefused && error.isConflict && (
        <p>Somebody else changed it meanwhile. What is here now has been read again.</p>
      )}
      {isRefused && (
        <p className="faint">
          Code <code>{error.code}</code>
        </p>
      )}
    </div>
  );
}
