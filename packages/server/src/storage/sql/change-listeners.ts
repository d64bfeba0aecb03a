/** Who wants to know that an environment changed. Only wakes: a listener reads what changed by itself. */
export interface ChangeListeners {
  /** Returns what takes the listener away again. */
  add(listener: (environment: string) => void): () => void;
  wake(environment: string): void;
}

export function changeListeners(): ChangeListeners {
  const listeners = new Set<{ readonly call: (environment: string) => void }>();
  return {
    add: (call) => {
      const listener = { call };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // In a later microtask: an error thrown by a listener is the listener's, not that of the change just made.
    wake: (environment) => {
      for (const { call } of listeners) queueMicrotask(() => call(environment));
    },
  };
}
