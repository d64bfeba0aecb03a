/** The operator key of this tab, and what it looks at: in the tab's session storage, and nowhere else. */
const TOKEN_NAME = 'tidegate-token';
const ENVIRONMENT_NAME = 'tidegate-environment';

/**
 * The key of a link `/#token=…`. It comes behind the `#`, which browsers do not send; it is taken out of the address at
 * once, so that it is in no history, bookmark or screenshot.
 */
export function tokenOfHash(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token');
  return token === null || token === '' ? undefined : token;
}

/** The one-time token of a link `/#setup=…`, as the server's first start prints it. */
function setUpTokenOfHash(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('setup') || undefined;
}

export interface Session {
  readonly token: string | undefined;
  /** Of the address, for the set-up of a new server. In memory alone: it is gone once it was used. */
  readonly setUpToken: string | undefined;
  /** The `project/environment` that was last chosen. */
  readonly environment: string | undefined;
  signIn(token: string): void;
  choose(environment: string): void;
  signOut(): void;
}

/** The parts of a window in which a session lives. */
export interface SessionPage {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

export function openSession({ location, history, sessionStorage }: SessionPage): Session {
  const given = tokenOfHash(location.hash);
  const setUpToken = setUpTokenOfHash(location.hash);
  if (given !== undefined) sessionStorage.setItem(TOKEN_NAME, given);
  if (given !== undefined || setUpToken !== undefined) {
    history.replaceState(null, '', location.pathname + location.search);
  }
  return {
    setUpToken,
    get token() {
      return sessionStorage.getItem(TOKEN_NAME) ?? undefined;
    },
    get environment() {
      return sessionStorage.getItem(ENVIRONMENT_NAME) ?? undefined;
    },
    choose: (environment) => sessionStorage.setItem(ENVIRONMENT_NAME, environment),
    signIn: (token) => sessionStorage.setItem(TOKEN_NAME, token),
    signOut: () => sessionStorage.removeItem(TOKEN_NAME),
  };
}
