import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccessKeyView, OperatorRole } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { Badge } from '../parts/badge.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

interface CreatedKey extends AccessKeyView {
  readonly key: string;
}

const ROLES: readonly OperatorRole[] = ['reader', 'killer', 'editor', 'admin'];
const ROLE_WORDS: Readonly<Record<OperatorRole, string>> = {
  reader: 'reader: looks',
  killer: 'killer: looks, and lowers exposure',
  editor: 'editor: changes flags and rollouts',
  admin: 'admin: everything',
};

/** Who may call. A key is shown once, when it is made; afterwards its first characters are all there is. */
export function KeysPage(): ReactNode {
  const { api } = usePlace();
  const queries = useQueryClient();
  const [isCreating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<AccessKeyView>();
  const keys = useQuery({ queryKey: ['keys'], queryFn: () => api.list<AccessKeyView>('/api/v1/keys'), retry: false });
  const revoke = useMutation({
    mutationFn: (id: string) => api.send('DELETE', `/api/v1/keys/${encodeURIComponent(id)}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const valid = (keys.data ?? []).toSorted(
    (one, other) => Number(one.revokedAtMs !== null) - Number(other.revokedAtMs !== null),
  );
  return (
    <div className="page">
      <div className="page-head">
        <h1>Keys</h1>
        <span className="bar-space" />
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New key
        </button>
      </div>
      <Waiting of={keys} what="keys" />
      {valid.length > 0 && (
        <section className="card">
          <DataTable
            caption="Keys"
            rows={valid}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Name', kind: 'wide', cell: ({ name }) => name },
              { title: 'For', cell: ({ kind, role }) => (kind === 'operator' ? `operator, ${role}` : `SDKs, ${kind}`) },
              { title: 'Environment', cell: ({ environment }) => environment ?? 'all' },
              { title: 'Begins with', cell: ({ hint }) => <code>{hint}…</code> },
              { title: 'Made', cell: ({ createdAtMs }) => <Ago atMs={createdAtMs} /> },
              {
                title: 'State',
                cell: (key) =>
                  key.revokedAtMs === null ? (
                    <button
                      type="button"
                      className="small"
                      aria-label={`Revoke ${key.name}`}
                      onClick={() => setRevoked(key)}
                    >
                      Revoke
                    </button>
                  ) : (
                    <Badge>revoked</Badge>
                  ),
              },
            ]}
          />
        </section>
      )}
      {isCreating && <NewKey onClose={() => setCreating(false)} />}
      {revoked !== undefined && (
        <Confirm
          title={`Revoke ${revoked.name}?`}
          verb="Revoke it"
          tone="danger"
          takesReason={false}
          error={revoke.error}
          isPending={revoke.isPending}
          onConfirm={() => revoke.mutate(revoked.id, { onSuccess: () => setRevoked(undefined) })}
          onClose={() => setRevoked(undefined)}
        >
          <p>Whoever uses it is refused within seconds, for good.</p>
        </Confirm>
      )}
    </div>
  );
}

function NewKey({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { api, environment } = usePlace();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<AccessKeyView['kind']>('server');
  const [role, setRole] = useState<OperatorRole>('editor');
  const [isForAll, setForAll] = useState(true);
  const create = useMutation({
    mutationFn: () =>
      api.send<CreatedKey>('POST', '/api/v1/keys', {
        body:
          kind === 'operator'
            ? { kind, name, role, environment: isForAll ? null : environment }
            : { kind, name, environment },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const made = create.data;
  return (
    <Dialog label="New key" onClose={onClose}>
      {made === undefined ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <h2>New key</h2>
          <label className="field">
            Name: who or what uses it
            <input value={name} onChange={(event) => setName(event.target.value)} required autoFocus />
          </label>
          <label className="field">
            For
            <select
              value={kind}
              onChange={(event) =>
                setKind(
                  event.target.value === 'operator' || event.target.value === 'browser' ? event.target.value : 'server',
                )
              }
            >
              <option value="server">servers: a secret, gets all rules of {environment}</option>
              <option value="browser">browsers: public, gets what browsers may have of {environment}</option>
              <option value="operator">people and tools, through the API</option>
            </select>
          </label>
          {kind === 'operator' && (
            <>
              <label className="field">
                Role
                <select
                  value={role}
                  onChange={(event) => setRole(ROLES.find((one) => one === event.target.value) ?? 'reader')}
                >
                  {ROLES.map((each) => (
                    <option key={each} value={each}>
                      {ROLE_WORDS[each]}
                    </option>
                  ))}
                </select>
              </label>
              <label className="check">
                <input type="checkbox" checked={isForAll} onChange={(event) => setForAll(event.target.checked)} />
                In all environments, not only {environment}
              </label>
            </>
          )}
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
      ) : (
        <div className="stack">
          <h2>{made.name}</h2>
          <p>This is the only time that it is shown.</p>
          <div className="snippet">
            <CopyButton text={made.key} what="the key" />
            <pre className="whole">{made.key}</pre>
          </div>
          <div className="actions">
            <button type="button" className="primary" onClick={onClose}>
              I have it
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
