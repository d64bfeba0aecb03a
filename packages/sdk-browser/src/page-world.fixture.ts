import type { Hello } from '@tidegate/sdk-core';
import type { InMemoryWire } from '@tidegate/testkit';
import { afterEach, vi } from 'vitest';
import type { ClientOptions } from './client-options.ts';
import { createClient } from './create-client.ts';

export const ANN = { targetingKey: 'ann' };

/** What a page reports: see the protocol's `PageBatch`. */
export interface SentBatch {
  readonly instance: string;
  readonly seq: number;
  readonly atMs: number;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly counts: readonly (readonly [string, number])[];
}

/** Just enough of a page: real ones are driven by the end-to-end tests. */
export class FakePage extends EventTarget {
  visibilityState = 'visible';
  readonly stored = new Map<string, string>();

  become(state: 'visible' | 'hidden'): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Puts a page on a wire, in the wire's time: its globals are the wire's until the end of the test. */
export function standIn(wire: InMemoryWire): FakePage {
  const page = new FakePage();
  const platform = wire.platform();
  // Where there is a document already, it stays.
  if (typeof document === 'undefined') vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => page.stored.get(name) ?? null,
    setItem: (name: string, text: string) => page.stored.set(name, text),
  });
  vi.stubGlobal('setTimeout', (callback: () => void, delayMs: number) => platform.after(delayMs, callback));
  vi.stubGlobal('clearTimeout', (cancel?: () => void) => cancel?.());
  vi.spyOn(performance, 'now').mockImplementation(platform.monotonicMs);
  vi.spyOn(Date, 'now').mockImplementation(platform.epochMs);
  vi.spyOn(Math, 'random').mockImplementation(platform.random);
  vi.stubGlobal('fetch', async (url: string, { body, signal }: { body: string; signal: AbortSignal }) => {
    const path = new URL(url).pathname;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
    const answer = await Promise.race([platform.request(path, { body }), aborted]);
    const status = path === '/sdk/v1/events' && answer.status === 200 ? 202 : answer.status;
    return { status, headers: answer.headers, text: async () => answer.body };
  });
  vi.stubGlobal('WebSocket', socketTo(platform));
  return page;
}

/** A client on a page that stands on the wire; its log is the wire's. */
export function clientOn(wire: InMemoryWire, options: Partial<ClientOptions> = {}) {
  const log = (level: string) => (message: string) => void wire.logs.push(`${level} ${message}`);
  const logger = { info: log('info'), warn: log('warn'), error: log('error') };
  return createClient({ url: 'https://flags.example.com', key: 'tg_web_key', context: ANN, logger, ...options });
}

export async function startedOn(wire: InMemoryWire, options: Partial<ClientOptions> = {}) {
  standIn(wire);
  const client = clientOn(wire, options);
  await client.waitForInitialization();
  await wire.time.advance(0);
  return client;
}

export function eventsOf(wire: InMemoryWire): unknown[] {
  return batchesOf(wire).flatMap(({ rows }) => rows.map(({ of, event }) => event ?? of));
}

/** How often what was served, or dropped. */
export function countsOf(wire: InMemoryWire): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of batchesOf(wire).flatMap(({ counts }) => counts)) {
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

export function batchesOf(wire: InMemoryWire): readonly SentBatch[] {
  // The wire counts batches of any form.
  return wire.batches as readonly unknown[] as readonly SentBatch[];
}

/** Speaks socket.io's wire protocol for the wire's streams. */
function socketTo(platform: ReturnType<InMemoryWire['platform']>) {
  return class {
    readonly #life = new AbortController();
    #sendApplied: ((revision: number) => void) | undefined;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;

    constructor() {
      platform.after(0, () => this.#say('0{"sid":"a"}'));
    }

    send(text: string): void {
      if (this.#life.signal.aborted) return;
      const json = text.slice(2);
      if (text.startsWith('42')) this.#sendApplied?.(JSON.parse(json)[1].revision);
      if (!text.startsWith('40')) return;
      const hello: Hello = JSON.parse(json);
      this.#sendApplied = platform.openStream(hello, this.#life.signal, {
        onOpen: () => this.#say('40{"sid":"b"}'),
        onWord: (...event) => this.#say(`42${JSON.stringify(event)}`),
        onClose: () => this.onclose?.({ code: 1006 }),
      });
    }

    close(): void {
      this.#life.abort();
    }

    #say(data: string): void {
      if (!this.#life.signal.aborted) this.onmessage?.({ data });
    }
  };
}
