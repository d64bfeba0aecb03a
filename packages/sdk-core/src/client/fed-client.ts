import type { RulesDocuments } from '@tidegate/evaluation/page';
import type { ConnectionOptions } from '../connection/connection.ts';
import { affectedFlags } from '../rules/affected-flags.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { CoreClient, type CoreClientOptions } from './core-client.ts';

/** A client that is given its rules instead of fetching them, from a file for one. */
export class FedClient extends CoreClient {
  readonly #feed: ConnectionOptions;

  constructor(options: Omit<CoreClientOptions, 'connect' | 'changedBetween'>) {
    let feed: ConnectionOptions | undefined;
    super({
      ...options,
      changedBetween: affectedFlags,
      connect(given) {
        feed = given;
        return { state: () => 'idle', start() {}, contextChanged() {}, close() {} };
      },
    });
    if (feed === undefined) throw new Error('a client connects when it is made');
    this.#feed = feed;
  }

  /** Takes rules that are as good as the server's own. */
  take(documents: RulesDocuments & { readonly environment: string }): void {
    const { store, platform, context, onConfirmed } = this.#feed;
    const snapshot = { protocol: PROTOCOL_VERSION, ...documents };
    const outcome = store.takeSnapshot(snapshot, {
      context: context(),
      etag: undefined,
      nowMs: platform.monotonicMs(),
    });
    if (outcome instanceof Error) this.takingFailed(outcome.message);
    else onConfirmed(outcome);
  }

  /** Where rules are taken from was asked, and they are still current. */
  confirm(): void {
    this.#feed.store.confirm();
    this.#feed.onConfirmed('same');
  }

  /** Where rules are taken from was asked in vain. */
  takingFailed(message: string): void {
    this.#feed.onFailed({ code: 'malformed', message });
  }
}
