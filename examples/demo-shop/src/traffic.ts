import { Agent, get } from 'node:http';

/** Visitors of one shop: real HTTP requests at a steady pace over a few kept connections. */
export interface Traffic {
  /** Visits answered, by the branch that answered. */
  readonly visits: Readonly<Record<Branch, number>>;
  /** Starts counting anew; visits that are on their way count to neither. */
  restartCount(): void;
  stop(): Promise<void>;
}

export type Branch = 'control' | 'treatment';

export interface TrafficOptions {
  readonly url: string;
  readonly visitsPerSecond: number;
  /** Ends by itself after this long, whatever happens. */
  readonly maxMs: number;
}

/** Most visitors are new, as in a shop; a few come back and must see what they saw. */
const RETURNING_SHARE = 0.1;
const TICK_MS = 20;
const CONNECTIONS_MAX = 8;
/** Visits on their way; a shop that does not answer is not buried under more. */
const UNDER_WAY_MAX = 50;

export function startTraffic({ url, visitsPerSecond, maxMs }: TrafficOptions): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
  const startedMs = performance.now();
  let visits = { control: 0, treatment: 0 };
  let sent = 0;
  let visitors = 0;
  let underWay = 0;

  const visitor = () =>
    visitors > 0 && Math.random() < RETURNING_SHARE ? Math.floor(Math.random() * visitors) : visitors++;
  const visit = () => {
    const counting = visits;
    underWay += 1;
    sent += 1;
    const request = get(`${url}/?visitor=visitor-${visitor()}`, { agent }, (response) => {
      const branch = response.headers['x-branch'];
      if (branch === 'control' || branch === 'treatment') counting[branch] += 1;
      response.resume();
    });
    // A visit that fails below HTTP is no visit; that the shop is gone is noticed elsewhere.
    request.on('error', () => undefined);
    request.on('close', () => {
      underWay -= 1;
    });
  };
  const tick = setInterval(() => {
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs > maxMs) return clearInterval(tick);
    const due = Math.floor((elapsedMs * visitsPerSecond) / 1_000);
    // What could not be sent in time is not made up for in a burst.
    if (underWay >= UNDER_WAY_MAX) sent = due;
    while (sent < due && underWay < UNDER_WAY_MAX) visit();
  }, TICK_MS);

  return {
    get visits() {
      return visits;
    },
    restartCount() {
      visits = { control: 0, treatment: 0 };
    },
    async stop() {
      clearInterval(tick);
      while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      agent.destroy();
    },
  };
}
