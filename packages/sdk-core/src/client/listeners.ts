import type { Platform } from '../platform.ts';
import type { ClientEvents } from './client-api.ts';

/** Who wants to hear what. */
export interface Listeners<Events = ClientEvents> {
  add<E extends keyof Events>(event: E, listener: (detail: Events[E]) => void): Added;
  remove(added: Added): void;
  isHeard(event: keyof Events): boolean;
  /** Tells everybody who wants to hear of it. */
  emit<E extends keyof Events>(event: E, detail: Events[E]): void;
  /** Tells one alone, unless it was removed, what belongs to the event that it was added for. */
  tell(added: Added, detail: unknown): void;
}

type Added = readonly [event: PropertyKey, listener: (detail: never) => void];

/** A listener that throws is logged, and disturbs nothing. */
export function createListeners<Events = ClientEvents>({ log }: Pick<Platform, 'log'>): Listeners<Events> {
  /** In the order in which they were added; a function that was added twice is told twice. */
  const listeners = new Set<Added>();
  const tell: Listeners<Events>['tell'] = (added, detail) => {
    const [event, listener] = added;
    try {
      // The caller sees to it that it belongs to the event.
      if (listeners.has(added)) listener(detail as never);
    } catch (error) {
      log('error', `${String(event)} listener: ${error instanceof Error ? error.stack : String(error)}`);
    }
  };
  return {
    tell,
    add(event, listener) {
      const added: Added = [event, listener];
      listeners.add(added);
      return added;
    },
    remove: (added) => void listeners.delete(added),
    isHeard: (event) => [...listeners].some(([heard]) => heard === event),
    emit(event, detail) {
      for (const added of [...listeners]) if (added[0] === event) tell(added, detail);
    },
  };
}
