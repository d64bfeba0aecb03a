import type { Bootstrap, Context, EventOptions } from '@tidegate/sdk-core';

export interface ClientOptions {
  /** Where the Tidegate server is: `https://flags.example.com`, with a path where it has one. */
  readonly url: string;
  /** A browser key, `tg_web_…`. It is public; a server key must never be in a page. */
  readonly key: string;
  /** Whom flags are evaluated for. It is sent to the server, as far as values and not rules are asked of it. */
  readonly context: Context;
  /**
   * Attributes of the context, by their names at its top, that rules of this page may read and nobody else: they are
   * neither sent nor stored. What the server evaluates (`value` flags) does not know them.
   */
  readonly privateAttributes?: readonly string[] | undefined;
  /**
   * What `client.bootstrap(context)` of the Node SDK gave for this page's unit: flags answer from it at once, as the
   * server said, until it says otherwise. One for another unit is not taken.
   */
  readonly bootstrap?: Bootstrap | undefined;
  /** Keep the last flags in `localStorage`, so that the next page answers at once; true when absent. */
  readonly cache?: boolean | undefined;
  /** Flags count as stale when the server was not heard for that long; 60 000 when absent. */
  readonly staleAfterMs?: number | undefined;
  readonly events?: EventOptions | undefined;
  /** Warnings and errors go to the console when absent. */
  readonly logger?: Logger | undefined;
}

/** Where the SDK's few lines go. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
