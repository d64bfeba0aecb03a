import type { Platform } from '../platform.ts';
import type { ClientEvents } from './client-api.ts';

/** Who wants to hear what. */
export interface Listeners {
  add<E extends keyof ClientEvents>(event: E, listener: Listener<E>): Subscription<E>;
  isHeard(event: keyof ClientEvents): boolean;
  emit<E extends keyof ClientEvents>(event: E, detail: ClientEvents[E]): void;
}

export type Listener<E extends keyof ClientEvents> = (detail: ClientEvents[E]) => void;

export interface Subscription<E extends keyof ClientEvents> {
  remove(): void;
  /** Tells this listener alone, unless it was removed. */
  tell(detail: ClientEvents[E]): void;
}

/** A listener that throws is logged, and disturbs nothing. */
export function createListeners({ log }: Pick<Platform, 'log'>): Listeners {
  /** In the order in which they were added; a function that was added twice is told twice. */
  const subscriptions = new Set<{ readonly event: keyof ClientEvents; tell(detail: unknown): void }>();
  return {
    add(event, listener) {
      const subscription = {
        event,
        tell(detail: unknown): void {
          try {
            // Told only what `emit` and the type of `tell` let through: what belongs to the event.
            if (subscriptions.has(subscription)) listener(detail as ClientEvents[typeof event]);
          } catch (error) {
            log('error', `${event} listener: ${error instanceof Error ? error.stack : String(error)}`);
          }
        },
      };
      subscriptions.add(subscription);
      return { tell: subscription.tell, remove: () => void subscriptions.delete(subscription) };
    },
    isHeard: (event) => [...subscriptions].some((subscription) => subscription.event === event),
    emit(event, detail) {
      for (const subscription of [...subscriptions]) if (subscription.event === event) subscription.tell(detail);
    },
  };
}
