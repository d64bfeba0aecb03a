import { type ReactNode, useState } from 'react';
import { TidegateMark } from './tidegate-mark.tsx';

interface SignInProps {
  readonly refusal: string | undefined;
  readonly onSignIn: (token: string, environment: string | undefined) => void;
}

export function SignIn({ refusal, onSignIn }: SignInProps): ReactNode {
  const [token, setToken] = useState('');
  const [environment, setEnvironment] = useState('');
  return (
    <main className="alone">
      <h1 className="brand">
        <TidegateMark /> Tidegate
      </h1>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSignIn(token.trim(), environment.trim() === '' ? undefined : environment.trim());
        }}
      >
        <h2>Sign in</h2>
        {refusal !== undefined && (
          <p className="note bad" role="alert">
            {refusal}
          </p>
        )}
        <label className="field">
          Operator key
          <input
            type="password"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            autoComplete="off"
            spellCheck={false}
            placeholder="tg_op_…"
            required
          />
        </label>
        <details>
          <summary>The key is for one environment only</summary>
          <label className="field">
            Environment
            <input
              value={environment}
              onChange={(event) => setEnvironment(event.target.value)}
              placeholder="default/production"
              autoComplete="off"
              spellCheck={false}
            />
          </label>
        </details>
        <button type="submit" className="primary">
          Sign in
        </button>
        <p className="faint">
          The key stays in this tab and is forgotten with it. The server printed one at its first start and keeps it in{' '}
          <code>credentials.json</code> in its data directory.
        </p>
      </form>
    </main>
  );
}
