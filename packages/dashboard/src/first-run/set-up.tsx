import { useMutation } from '@tanstack/react-query';
import type { AccessKeyView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { Api, RefusedError } from '../api/api.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { addressOf } from '../routing/route.ts';
import { go } from '../routing/use-route.ts';
import { TidegateMark } from '../shell/tidegate-mark.tsx';

/** What a first start makes, so that nothing need be chosen. */
const PROJECT_DEFAULT = 'default';
const ENVIRONMENT_FIRST = 'production';

interface SetUpProps {
  readonly setUpToken: string;
  readonly onDone: (token: string, environment: string) => void;
}

/** The first minute of a server: whoever has the one-time token gets a key of their own, and a project. */
export function SetUp({ setUpToken, onDone }: SetUpProps): ReactNode {
  const [name, setName] = useState('');
  const [project, setProject] = useState(PROJECT_DEFAULT);
  const environment = `${project.trim()}/${ENVIRONMENT_FIRST}`;
  const exchange = useMutation({
    mutationFn: async () => {
      const { key } = await new Api(setUpToken, () => undefined).send<AccessKeyView & { readonly key: string }>(
        'POST',
        '/api/v1/keys/exchange',
        { body: { name: name.trim() } },
      );
      return key;
    },
  });
  const open = useMutation({
    mutationFn: async (token: string) => {
      const api = new Api(token, () => undefined);
      await createUnlessThere(api, '/api/v1/projects', { key: project.trim() });
      const path = `/api/v1/projects/${encodeURIComponent(project.trim())}/environments`;
      await createUnlessThere(api, path, { key: ENVIRONMENT_FIRST, name: 'Production' });
    },
  });
  const token = exchange.data;
  return (
    <main className="alone">
      <h1 className="brand">
        <TidegateMark /> Tidegate
      </h1>
      {token === undefined ? (
        <form
          className="card stack"
          onSubmit={(event) => {
            event.preventDefault();
            exchange.mutate(undefined, { onSuccess: (made) => open.mutate(made) });
          }}
        >
          <h2>Welcome. This server is new.</h2>
          <label className="field">
            Your name, as the audit log shows it
            <input value={name} onChange={(event) => setName(event.target.value)} required />
          </label>
          <label className="field">
            Project
            <input value={project} onChange={(event) => setProject(event.target.value)} required spellCheck={false} />
          </label>
          <ProblemNote error={exchange.error} />
          {exchange.error instanceof RefusedError && exchange.error.status === 401 && (
            <p>The link works once, and has been used. Sign in with an operator key instead: reload the page.</p>
          )}
          <div className="actions">
            <button type="submit" className="primary" disabled={exchange.isPending}>
              Begin
            </button>
          </div>
        </form>
      ) : (
        <section className="card stack">
          <h2>Your operator key</h2>
          <p>It is shown this once. Keep it: it is how you sign in again.</p>
          <div className="snippet">
            <CopyButton text={token} what="the key" />
            <pre className="whole">{token}</pre>
          </div>
          <ProblemNote error={open.error} />
          <div className="actions">
            <button
              type="button"
              className="primary"
              disabled={open.isPending}
              onClick={() => {
                onDone(token, environment);
                go(addressOf(environment, 'welcome'));
              }}
            >
              I have it: go on
            </button>
          </div>
        </section>
      )}
    </main>
  );
}

async function createUnlessThere(api: Api, path: string, body: object): Promise<void> {
  try {
    await api.send('POST', path, { body });
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code !== 'already-exists') throw error;
  }
}
