import { createClient } from '@tidegate/sdk-browser';

/** The script of the test's page: a client on `window`, for the test to ask. */
interface Settings {
  readonly url: string;
  readonly key: string;
  readonly userId: string;
}

const settings: Settings = JSON.parse(document.getElementById('settings')?.textContent ?? '{}');
const client = createClient({ url: settings.url, key: settings.key, context: { targetingKey: settings.userId } });
Object.assign(window, { tidegate: client });
