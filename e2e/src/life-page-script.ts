import { type Bootstrap, createClient } from '@tidegate/sdk-browser';
import { TidegateProvider, useClient, useFlag } from '@tidegate/sdk-browser/react';
import { createElement } from 'react';
import { hydrateRoot } from 'react-dom/client';

/** What a page's server told it, and a worker its page. */
interface Settings {
  readonly url: string;
  readonly key: string;
  readonly userId: string;
  /** JSON. */
  readonly bootstrap: string;
  /** What the server rendered. */
  readonly html: string;
}

/** What the page shows. */
export function Shop() {
  seen.renderCount += 1;
  seen.client = useClient();
  return createElement('p', null, useFlag('as-rules', 'none'));
}

const seen: { renderCount: number; errors: string[]; client?: unknown } = { renderCount: 0, errors: [] };

function startPage(settings: Settings): void {
  const { url, key, userId } = settings;
  const bootstrap: Bootstrap = JSON.parse(settings.bootstrap);
  const options = { url, key, context: { targetingKey: userId }, bootstrap };
  const place = document.createElement('main');
  place.innerHTML = settings.html;
  document.body.append(place);
  Object.assign(window, { seen });
  hydrateRoot(place, createElement(TidegateProvider, { options }, createElement(Shop)), {
    onRecoverableError: (error) => seen.errors.push(String(error)),
  });
}

function startWorker({ url, key, userId }: Settings): void {
  const client = createClient({ url, key, context: { targetingKey: userId } });
  client.on('ready', async () => {
    client.track('worked');
    postMessage([client.variation('as-rules', 'none'), await client.close()]);
  });
}

/** In the page, in its worker, which is named by its settings, or in the server that renders `Shop`. */
const workerName = typeof self === 'undefined' ? '' : self.name;
if (workerName.startsWith('{')) startWorker(JSON.parse(workerName));
else if (globalThis.document) startPage(JSON.parse(document.getElementById('settings')?.textContent ?? '{}'));
