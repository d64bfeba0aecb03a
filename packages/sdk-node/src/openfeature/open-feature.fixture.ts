import {
  type EventDetails,
  OpenFeature,
  type Client as OpenFeatureClient,
  ProviderEvents,
} from '@openfeature/server-sdk';
import { type CoreClient, createCoreClient } from '@tidegate/sdk-core';
import type { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { TidegateProvider } from './tidegate-provider.ts';

export type Flag = ReturnType<typeof buildFlag>;

export interface ServedOptions {
  readonly staleAfterMs?: number;
}

export function clientOn(wire: InMemoryWire, options: ServedOptions = {}): CoreClient {
  const client = createCoreClient({
    platform: wire.platform(),
    key: 'tg_srv_key',

    ...options,
  });
  client.start();
  return client;
}

/** OpenFeature with Tidegate on a wire as its provider, ready. */
export async function openFeatureOn(wire: InMemoryWire, options: ServedOptions = {}): Promise<OpenFeatureClient> {
  await OpenFeature.setProviderAndWait(new TidegateProvider(clientOn(wire, options)));
  await wire.time.advance(0);
  return OpenFeature.getClient();
}

/** OpenFeature is one for the process: a test leaves it as it found it. */
export async function resetOpenFeature(): Promise<void> {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  OpenFeature.clearHooks();
}

/** Everything that OpenFeature tells its handlers from now on. */
export function hear(client: OpenFeatureClient) {
  const heard: { event: string; message?: string | undefined; flagsChanged?: string[] | undefined }[] = [];
  for (const event of Object.values(ProviderEvents)) {
    client.addHandler(event, (details?: EventDetails<ProviderEvents.ConfigurationChanged>) => {
      heard.push({ event, message: details?.message, flagsChanged: details?.flagsChanged });
    });
  }
  // A handler of READY is called at once where the provider is.
  heard.length = 0;
  return heard;
}

export function change(document: Flag) {
  return { kind: 'flag', key: document.key, document } as const;
}
