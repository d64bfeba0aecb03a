/** The engine bets once per tick: at every event would cost more than it tells, once a minute would react late. */
const TICK_MS = 10_000;

/** Which tick an instant of the log's clock falls into. */
export function tickIndexOf(atMs: number): number {
  return Math.floor(atMs / TICK_MS);
}

export function startOfTickMs(tickIndex: number): number {
  return tickIndex * TICK_MS;
}
