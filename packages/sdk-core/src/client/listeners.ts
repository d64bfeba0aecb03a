import type { ClientEvents } from './client-api.ts';

/** Who wants to hear what. */
export class Listeners {
  readonly #byEvent: { readonly [E in keyof ClientEvents]: Set<Listener<E>> } = {
    ready: new Set(),
    change: new Set(),
    stale: new Set(),
    recovered: new Set(),
    error: new Set(),
  };
  readonly #onThrown: (event: keyof ClientEvents, error: unknown) => void;

  constructor(onThrown: (event: keyof ClientEvents, error: unknown) => void) {
    this.#onThrown = onThrown;
  }

  add<E extends keyof ClientEvents>(event: E, listener: Listener<E>): Subscription<E> {
    const listeners: Set<Listener<E>> = this.#byEvent[event];
    // The same function may be added twice: each addition has its own end.
    const own: Listener<E> = (detail) => listener(detail);
    listeners.add(own);
    return {
      remove: () => void listeners.delete(own),
      tell: (detail) => {
        if (listeners.has(own)) this.#call(event, own, detail);
      },
    };
  }

  emit<E extends keyof ClientEvents>(event: E, detail: ClientEvents[E]): void {
    const listeners: Set<Listener<E>> = this.#byEvent[event];
    for (const listener of [...listeners]) this.#call(event, listener, detail);
  }

  #call<E extends keyof ClientEvents>(event: E, listener: Listener<E>, detail: ClientEvents[E]): void {
    try {
      listener(detail);
    } catch (error) {
      this.#onThrown(event, error);
    }
  }
}

export type Listener<E extends keyof ClientEvents> = (detail: ClientEvents[E]) => void;

export interface Subscription<E extends keyof ClientEvents> {
  remove(): void;
  /** Tells this listener alone, unless it was removed. */
  tell(detail: ClientEvents[E]): void;
}
