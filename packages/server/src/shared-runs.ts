/**
 * Work that takes in everything that is new (read a log to its end, look at every rollout), asked for more often than
 * it can be done. One run at a time; who asks during a run gets the one after it, which begins after they asked and is
 * shared by all who did:
 *
 *     ask ─▶ run 1 ───────▶        a thousand callers cost two runs, and a run that hangs
 *        ask ─┐    ask ─┐          holds up one more, not a thousand in a row
 *             └─────────┴─▶ run 2
 */
export function sharedRuns<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let next: Promise<T> | null = null;

  const start = async (): Promise<T> => {
    next = null;
    try {
      return await run();
    } finally {
      running = null;
    }
  };
  const begin = (): Promise<T> => {
    running = start();
    return running;
  };
  return () => {
    if (next !== null) return next;
    if (running === null) return begin();
    next = running.then(begin, begin);
    return next;
  };
}
