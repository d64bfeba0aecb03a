/**
 * A browser's EventSource, as far as OpenFeature's provider uses it: Node 20 has none. It comes back by itself after the
 * time that the server says, with the id of the last message, and gives up when it is refused.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class FetchEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readonly url: string;
  readyState = FetchEventSource.CONNECTING;
  readonly #abort = new AbortController();
  #lastEventId = '';
  #retryMs = 3_000;

  constructor(url: string) {
    super();
    this.url = url;
    void this.#run();
  }

  close(): void {
    this.readyState = FetchEventSource.CLOSED;
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    while (this.readyState !== FetchEventSource.CLOSED) {
      await this.#listen().catch(() => undefined);
      if (this.readyState === FetchEventSource.CLOSED) return;
      this.readyState = FetchEventSource.CONNECTING;
      this.dispatchEvent(new Event('error'));
      await new Promise((resolve) => setTimeout(resolve, this.#retryMs).unref());
    }
  }

  async #listen(): Promise<void> {
    const headers = { accept: 'text/event-stream', ...(this.#lastEventId && { 'last-event-id': this.#lastEventId }) };
    const response = await fetch(this.url, { headers, signal: this.#abort.signal });
    if (response.status !== 200 || response.body === null) return this.#giveUp();
    this.readyState = FetchEventSource.OPEN;
    this.dispatchEvent(new Event('open'));
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
  }

  #giveUp(): void {
    this.close();
    this.dispatchEvent(new Event('error'));
  }

  #take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
    this.#lastEventId = fields.get('id') ?? this.#lastEventId;
    this.#retryMs = Number(fields.get('retry') ?? this.#retryMs);
    const data = fields.get('data');
    if (data === undefined) return;
    this.dispatchEvent(new MessageEvent(fields.get('event') ?? 'message', { data, lastEventId: this.#lastEventId }));
  }
}
