import type { RulesDocuments } from '@tidegate/evaluation/page';
import type { ConnectionOptions } from '../connection/connection.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { type CoreClient, type CoreClientOptions, createCoreClient } from './core-client.ts';

/** A client that is given its rules instead of fetching them, from a file for one. */
export interface FedClient extends CoreClient {
  /** Takes rules that are as good as the server's own. */
  take(documents: RulesDocuments & { readonly environment: string }): void;
  /** Where rules are taken from was asked, and they are still current. */
  confirm(): void;
  /** Where rules are taken from was asked in vain. */
  takingFailed(message: string): void;
}

export function createFedClient(options: Omit<CoreClientOptions, 'connect'>): FedClient {
  let feed: ConnectionOptions | undefined;
  const core = createCoreClient({
    ...options,
    connect(given) {
      feed = given;
      return { state: () => 'idle', start() {}, close() {} };
    },
  });
  if (feed === undefined) throw new Error('a client connects when it is made');
  const { store, platform, onConfirmed, onFailed } = feed;
  const takingFailed = (message: string): void => onFailed({ code: 'malformed', message });
  return {
    ...core,
    takingFailed,
    take(documents) {
      const snapshot = { protocol: PROTOCOL_VERSION, ...documents };
      try {
        store.takeSnapshot(snapshot, undefined, platform.monotonicMs());
      } catch (error) {
        takingFailed(String(error));
        return;
      }
      onConfirmed();
    },
    confirm() {
      store.confirm();
      onConfirmed();
    },
  };
}
