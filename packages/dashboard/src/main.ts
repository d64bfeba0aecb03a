import { Api, RefusedError } from './api.ts';
import { part, replaceContent } from './element.ts';
import { formatElapsed, formatInstant } from './format.ts';
import { listEnvironments, type PageData, PageLoader } from './page-data.ts';
import { createPoller } from './poller.ts';
import { openSession } from './session.ts';
import { showRollouts } from './show-rollouts.ts';
import { showConnections, showDecisions, showFlags } from './show-tables.ts';

/** Looks at the server every two seconds, and says how old what it shows is. Read-only: it changes nothing anywhere. */
const session = openSession(window);
/** What a first start makes, and so the best guess for a key that may not list environments. */
const ENVIRONMENT_DEFAULT = 'default/production';
const environment = part('environment', HTMLSelectElement);
const tokenInput = part('token', HTMLInputElement);
const environmentInput = part('environment-typed', HTMLInputElement);

let opening: Promise<PageLoader> | undefined;
let shown: PageData | undefined;

const poller = createPoller({
  look: async () => {
    opening ??= openEnvironment();
    return (await opening).load(Date.now);
  },
  onData(data) {
    shown = data;
    showBanner(undefined);
    show(data);
  },
  onFailure(error, retryInMs) {
    const message = error instanceof Error ? error.message : String(error);
    if (shown === undefined) opening = undefined;
    if (error instanceof RefusedError) {
      signOut(`That key does not open this page: ${message}`);
      return false;
    }
    const age = shown === undefined ? '' : ` What is shown is from ${formatInstant(shown.atMs, Date.now())}.`;
    showBanner(`${message}${age} Trying again in ${formatElapsed(retryInMs)}.`);
    return true;
  },
  page: document,
});

part('sign-in', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  session.signIn(tokenInput.value.trim());
  tokenInput.value = '';
  if (environmentInput.value.trim() !== '') session.choose(environmentInput.value.trim());
  start();
});
part('sign-out', HTMLButtonElement).addEventListener('click', () => signOut(undefined));
environment.addEventListener('change', () => {
  session.choose(environment.value);
  start();
});
setInterval(showFreshness, 1_000);
start();

/** Begins anew: with this key, in this environment. */
function start(): void {
  opening = undefined;
  shown = undefined;
  const isSignedIn = session.token !== undefined;
  part('sign-in', HTMLFormElement).hidden = isSignedIn;
  part('controls', HTMLElement).hidden = !isSignedIn;
  part('content', HTMLElement).hidden = true;
  showBanner(undefined);
  if (isSignedIn) poller.restart();
  else tokenInput.focus();
}

function signOut(message: string | undefined): void {
  session.signOut();
  poller.stop();
  start();
  showBanner(message);
}

async function openEnvironment(): Promise<PageLoader> {
  const api = new Api(session.token ?? '');
  const wanted = session.environment;
  const names = (await listEnvironments(api)) ?? [wanted ?? ENVIRONMENT_DEFAULT];
  const chosen = names.find((name) => name === wanted) ?? names[0];
  if (chosen === undefined) throw new Error('There is no environment yet.');
  environment.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  return new PageLoader(api, chosen);
}

function show(data: PageData): void {
  part('content', HTMLElement).hidden = false;
  document.title = titleOf(data);
  replaceContent(part('rollouts', HTMLElement), showRollouts(data.rollouts, data.atMs));
  replaceContent(part('flags', HTMLElement), [showFlags(data)]);
  replaceContent(part('decisions', HTMLElement), [showDecisions(data)]);
  replaceContent(part('connections', HTMLElement), [showConnections(data)]);
  showFreshness();
}

function titleOf({ rollouts }: PageData): string {
  const activeCount = rollouts.filter(({ active }) => active).length;
  return `${activeCount === 0 ? '' : `(${activeCount}) `}${environment.value} · Tidegate`;
}

function showFreshness(): void {
  if (shown === undefined) return;
  const age = formatElapsed(Date.now() - shown.atMs);
  part('freshness', HTMLElement).textContent = `Last updated ${formatInstant(shown.atMs, Date.now())}, ${age} ago`;
}

function showBanner(message: string | undefined): void {
  const banner = part('banner', HTMLElement);
  banner.hidden = message === undefined;
  if (banner.textContent !== (message ?? '')) banner.textContent = message ?? '';
}
