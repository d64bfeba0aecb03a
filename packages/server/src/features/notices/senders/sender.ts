import type { Notice, Sending } from '@tidegate/protocol';
import type { EnvironmentSecrets, HttpClient, OpenSocket } from '../../../http-client/index.ts';
import type { Platform } from '../../../platform.ts';

/** A notice as it is sent: under the same id in every try. */
export interface Message {
  readonly id: string;
  readonly notice: Notice;
}

export interface Sender {
  /** Why nothing could be sent from here, whatever the notice; undefined when nothing is known to be wrong. */
  readonly flaw: string | undefined;
  /** Sends once. What goes wrong is a value, without a secret in it. */
  send(message: Message, signal: AbortSignal): Promise<Sending>;
}

/** Sends nothing: something has to be mended first. */
export function flawedSender(flaw: string): Sender {
  return { flaw, send: async () => ({ kind: 'failed', class: 'misconfigured', detail: flaw }) };
}

export interface SenderDeps {
  readonly client: HttpClient;
  readonly openSocket: OpenSocket;
  readonly secrets: EnvironmentSecrets;
  readonly platform: Pick<Platform, 'nowMs' | 'after'>;
}
