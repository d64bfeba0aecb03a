import type { Platform } from '../platform.ts';
import type { ClientEvents } from './client-api.ts';

/** Who wants to hear what. */
export interface Listeners<Events = ClientEvents> {
  /**
   * Calls back until the returned function is called; soon for what is `past`, which comes once and was missed. A
   * listener that throws is logged, and disturbs nothing.
   */
  on<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void, past?: Events[E] | false): () => void;
  /** Tells everybody who wants to hear of it, in the order in which they came. */
  emit<E extends keyof Events>(event: E, detail: Events[E]): void;
}

type Added = readonly [event: PropertyKey, listener: (detail: never) => void];

export function createListeners<Events = ClientEvents>({ log }: Pick<Platform, 'log'>): Listeners<Events> {
  /** A function that was added twice is told twice. */
  const listeners = new Set<Added>();
  const tell = (added: Added, detail: unknown): void => {
    const [, listener] = added;
    try {
      // Whoever tells sees to it that the detail belongs to the event.
      if (listeners.has(added)) listener(detail as never);
    } catch (error) {
      log('error', `${(error as Partial<Error> | undefined)?.stack ?? error}`);
    }
  };
  return {
    on(event, listener, past) {
      const added: Added = [event, listener];
      listeners.add(added);
      if (past) void Promise.resolve().then(() => tell(added, past));
      return () => void listeners.delete(added);
    },
    emit(event, detail) {
      for (const added of [...listeners]) if (added[0] === event) tell(added, detail);
    },
  };
}
