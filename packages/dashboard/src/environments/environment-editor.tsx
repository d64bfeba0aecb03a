import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { EnvironmentChange, EnvironmentSettings, EnvironmentView, PageOf } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { baseOf, usePlace } from '../api/place.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { OvertakenNote } from '../parts/overtaken-note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

/** More is read by REST or with `npx tidegate environments history`. */
const SHOWN_MAX = 20;

interface EnvironmentEditorProps {
  readonly environment: EnvironmentView;
  readonly onClose: () => void;
}

/** What is said of an environment, who said it, and the ways back. Its flags and rollouts are not touched by it. */
export function EnvironmentEditor({ environment: newest, onClose }: EnvironmentEditorProps): ReactNode {
  const { api } = usePlace();
  const queries = useQueryClient();
  const [base, setBase] = useState(newest);
  const [draft, setDraft] = useState<EnvironmentSettings>(() => settingsOf(newest));
  const [reason, setReason] = useState('');
  const path = baseOf(base.environment);
  const history = useQuery({
    queryKey: ['environment-history', base.environment, newest.version],
    queryFn: () => api.get<PageOf<EnvironmentChange>>(`${path}/history?limit=${SHOWN_MAX}`),
  });
  const save = useMutation({
    mutationFn: (settings: EnvironmentSettings) =>
      api.send<EnvironmentView>('PATCH', `${path}?reason=${encodeURIComponent(reason.trim())}`, {
        body: settings,
        ifMatch: base.version,
      }),
    onSettled: () => queries.invalidateQueries(),
  });
  const isOvertaken = newest.version > base.version;
  return (
    <Dialog label={`Environment ${base.environment}`} className="wide" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(draft, { onSuccess: onClose });
        }}
      >
        <h2>{base.environment}</h2>
        <label className="field">
          Name
          <input value={draft.name} required onChange={(event) => setDraft({ ...draft, name: event.target.value })} />
        </label>
        <label className="field">
          Description
          <input
            value={draft.description}
            onChange={(event) => setDraft({ ...draft, description: event.target.value })}
          />
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={draft.critical}
            onChange={(event) => setDraft({ ...draft, critical: event.target.checked })}
          />
          Critical: real users are in it. It is coloured, and asks once more before a change
        </label>
        <label className="field">
          Reason, for its history
          <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
        </label>
        {isOvertaken && (
          <OvertakenNote
            before={settingsOf(base)}
            now={settingsOf(newest)}
            onKeepMine={() => {
              // What was not touched here is as they made it.
              const { name, description, critical } = draft;
              setDraft({
                name: name === base.name ? newest.name : name,
                description: description === base.description ? newest.description : description,
                critical: critical === base.critical ? newest.critical : critical,
              });
              setBase(newest);
            }}
          />
        )}
        <ProblemNote error={save.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={save.isPending || isOvertaken}>
            Save
          </button>
        </div>
        <h3>History</h3>
        <Waiting of={history} what="history" />
        {history.data?.items.length === 0 && <p className="faint">Nobody has changed it since it was made.</p>}
        {history.data?.items.map((change) => (
          <section key={change.version} className="stack" aria-label={`Version ${change.version}`}>
            <div className="row">
              <span>
                Version {change.version} by {change.actor.name}{' '}
                <span className="faint">
                  · <Ago atMs={change.atMs} /> {change.reason}
                </span>
              </span>
              <span className="bar-space" />
              <button type="button" className="small" onClick={() => setDraft(change.before)}>
                Take what was before
              </button>
            </div>
            <DiffView before={change.before} after={change.after} />
          </section>
        ))}
      </form>
    </Dialog>
  );
}

function settingsOf({ name, description, critical }: EnvironmentSettings): EnvironmentSettings {
  return { name, description, critical };
}
