import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { go, useAddress } from '../routing/use-route.ts';

type Kind = FlagView['kind'];

/** What a flag of each kind begins with; boolean ones get `off` and `on` from the server. */
const FIRST_VARIATIONS: Readonly<Record<Exclude<Kind, 'boolean'>, FlagView['variations']>> = {
  string: [
    { key: 'control', value: 'control' },
    { key: 'treatment', value: 'treatment' },
  ],
  number: [
    { key: 'control', value: 0 },
    { key: 'treatment', value: 1 },
  ],
  json: [
    { key: 'control', value: {} },
    { key: 'treatment', value: {} },
  ],
};

const KINDS: readonly Kind[] = ['boolean', 'string', 'number', 'json'];

export function NewFlag({ onClose }: { readonly onClose: () => void }): ReactNode {
  const address = useAddress();
  const [key, setKey] = useState('');
  const [description, setDescription] = useState('');
  const [kind, setKind] = useState<Kind>('boolean');
  const [isForBrowsers, setForBrowsers] = useState(false);
  const [isTemporary, setTemporary] = useState(true);
  const create = useChange(({ api, base }, flag: object) =>
    api.send<FlagView>('POST', `${base}/flags`, { body: flag }),
  );
  return (
    <Dialog label="New flag" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const flag = {
            key: key.trim(),
            description,
            kind,
            temporary: isTemporary,
            clientSide: isForBrowsers ? 'value' : 'off',
            ...(kind === 'boolean' ? {} : { variations: FIRST_VARIATIONS[kind] }),
          };
          create.mutate(flag, {
            onSuccess: (made) => {
              onClose();
              go(address('flags', made.key));
            },
          });
        }}
      >
        <h2>New flag</h2>
        <label className="field">
          Key, as applications ask for it
          <input
            value={key}
            onChange={(event) => setKey(event.target.value)}
            placeholder="new-checkout"
            required
            // biome-ignore lint/a11y/noAutofocus: the dialog was asked for, and this is what it is for
            autoFocus
            spellCheck={false}
          />
        </label>
        <label className="field">
          Description
          <input value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        <label className="field">
          Kind
          <select
            value={kind}
            onChange={(event) => setKind(KINDS.find((one) => one === event.target.value) ?? 'boolean')}
          >
            {KINDS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" checked={isTemporary} onChange={(event) => setTemporary(event.target.checked)} />
          Temporary: it should be gone once it is rolled out
        </label>
        <label className="check">
          <input type="checkbox" checked={isForBrowsers} onChange={(event) => setForBrowsers(event.target.checked)} />
          Browsers may have its value
        </label>
        <ProblemNote error={create.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={create.isPending}>
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
