import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { Api, RefusedError } from './api/api.ts';
import { listEnvironments } from './api/list-environments.ts';
import { PlaceContext, placeOf } from './api/place.ts';
import type { Session } from './api/session.ts';
import { SetUp } from './first-run/set-up.tsx';
import { Loading } from './parts/loading.tsx';
import { ProblemNote } from './parts/problem-note.tsx';
import { RoomOf } from './room-of.tsx';
import { useRoute } from './routing/use-route.ts';
import { Shell } from './shell/shell.tsx';
import { SignIn } from './shell/sign-in.tsx';

/** Who reads, where, and what: sign-in, then an environment, then a room of it. */
export function App({ session }: { readonly session: Session }): ReactNode {
  const [token, setToken] = useState(session.token);
  const [setUpToken, setSetUpToken] = useState(session.setUpToken);
  const [refusal, setRefusal] = useState<string>();
  const queries = useQueryClient();
  const signOut = (why?: string) => {
    session.signOut();
    queries.clear();
    setToken(undefined);
    setRefusal(why);
  };
  const signIn = (given: string, environment?: string) => {
    session.signIn(given);
    if (environment !== undefined) session.choose(environment);
    setRefusal(undefined);
    setSetUpToken(undefined);
    setToken(given);
  };
  if (setUpToken !== undefined) return <SetUp setUpToken={setUpToken} onDone={signIn} />;
  if (token === undefined) return <SignIn refusal={refusal} onSignIn={signIn} />;
  return <SignedIn key={token} token={token} session={session} onSignOut={signOut} />;
}

interface SignedInProps {
  readonly token: string;
  readonly session: Session;
  readonly onSignOut: (why?: string) => void;
}

function SignedIn({ token, session, onSignOut }: SignedInProps): ReactNode {
  const route = useRoute();
  const api = useMemo(() => new Api(token, onSignOut), [token]);
  const environments = useQuery({
    queryKey: ['environments'],
    queryFn: () => listEnvironments(api, route.environment ?? session.environment),
    refetchInterval: (query) => (query.state.error instanceof RefusedError ? false : 30_000),
  });
  const wanted = route.environment ?? session.environment;
  const known = environments.data?.find(({ environment }) => environment === wanted) ?? environments.data?.[0];
  const place = useMemo(
    () => (known === undefined ? undefined : placeOf(api, known, environments.data ?? [])),
    [api, known, environments.data],
  );
  if (environments.isPending) return <Loading what="environments" />;
  if (environments.data === undefined || place === undefined) {
    const error = environments.error ?? new Error('There is no environment yet.');
    return (
      <main className="alone">
        <ProblemNote error={error} />
        <button type="button" onClick={() => onSignOut()}>
          Sign out
        </button>
      </main>
    );
  }
  session.choose(place.environment);
  return (
    <PlaceContext value={place}>
      <Shell environments={environments.data} room={route.room} onSignOut={() => onSignOut()}>
        <RoomOf key={`${place.environment} ${route.room} ${route.key}`} route={route} />
      </Shell>
    </PlaceContext>
  );
}
