/** Live enough for a person; a rollout is looked at once a second by the controller itself. */
const POLL_INTERVAL_MS = 2_000;
/** A server in trouble is not helped by being asked often. */
export const POLL_INTERVAL_MAX_MS = 30_000;

/** The wait after so many failures in a row. */
export function pollDelayMs(failureCount: number): number {
  return Math.min(POLL_INTERVAL_MAX_MS, POLL_INTERVAL_MS * 2 ** failureCount);
}

export interface Poller {
  /** Looks now, and from then on in intervals. */
  restart(): void;
  stop(): void;
}

/**
 * One look at a time; the next one begins an interval after the last has ended. A hidden tab does not look. What an
 * older look brings after a restart is dropped.
 */
export function createPoller<Data>(options: {
  readonly look: () => Promise<Data>;
  readonly onData: (data: Data) => void;
  /** Gives back whether to look again. */
  readonly onFailure: (error: unknown, retryInMs: number) => boolean;
  readonly page: Pick<Document, 'hidden' | 'addEventListener'>;
}): Poller {
  const { look, onData, onFailure, page } = options;
  let round = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failureCount = 0;
  let isRunning = false;

  async function lookOnce(mine: number): Promise<void> {
    let delayMs: number;
    try {
      const data = await look();
      if (mine !== round) return;
      failureCount = 0;
      delayMs = pollDelayMs(0);
      onData(data);
    } catch (error) {
      if (mine !== round) return;
      failureCount += 1;
      delayMs = pollDelayMs(failureCount);
      if (!onFailure(error, delayMs)) return stop();
    }
    if (!page.hidden) timer = setTimeout(() => void lookOnce(mine), delayMs);
  }

  function restart(): void {
    isRunning = true;
    round += 1;
    clearTimeout(timer);
    void lookOnce(round);
  }

  function stop(): void {
    isRunning = false;
    round += 1;
    clearTimeout(timer);
  }

  page.addEventListener('visibilitychange', () => {
    if (isRunning && !page.hidden) restart();
  });
  return { restart, stop };
}
