import { type ReactNode, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';

interface NewKeyedProps {
  readonly what: string;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onCreate: (made: { readonly key: string; readonly description: string }) => void;
  readonly onClose: () => void;
}

/** Makes what needs no more than a key to begin with. */
export function NewKeyed({ what, error, isPending, onCreate, onClose }: NewKeyedProps): ReactNode {
  const [key, setKey] = useState('');
  const [description, setDescription] = useState('');
  return (
    <Dialog label={`New ${what}`} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onCreate({ key: key.trim(), description });
        }}
      >
        <h2>New {what}</h2>
        <label className="field">
          Key
          <input value={key} onChange={(event) => setKey(event.target.value)} required spellCheck={false} autoFocus />
        </label>
        <label className="field">
          Description
          <input value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        <ProblemNote error={error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={isPending}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
