/** What the accountant of an environment has counted. */
export interface EventCounts {
  readonly batches: number;
  readonly duplicateBatches: number;
  readonly missingBatches: number;
  readonly exposureRows: number;
  readonly outcomeRows: number;
  readonly evaluations: number;
  readonly malformedRows: number;
  readonly droppedExposures: number;
  readonly droppedOutcomes: number;
  readonly unmatchedOutcomes: number;
}

interface Situation {
  readonly counts: EventCounts;
  /** Whether batches came in the last minute. */
  readonly isComing: boolean;
  readonly connectionCount: number;
}

/** Where events may be stuck, the likeliest first; nothing where all is well. */
export function diagnose({ counts, isComing, connectionCount }: Situation): readonly string[] {
  const advice: string[] = [];
  if (connectionCount === 0 && !isComing) {
    advice.push(
      'No SDK is connected. Is the key one of this environment, and not revoked? Is the address this server’s? Does a firewall or a proxy keep the application from it?',
      'From a browser: is the flag one that browsers may have, and does nothing block the request (an extension, the page’s own content security policy)?',
    );
  } else if (!isComing) {
    advice.push(
      'SDKs are connected, and no event comes. They send some seconds after something was evaluated: does the application ask for a flag?',
      'A client that is made for each request and never closed loses what it has not sent: make one, and close it at the end.',
    );
  }
  if (counts.evaluations > 0 && counts.exposureRows === 0) {
    advice.push('Flags are evaluated, and no rollout measures them: exposures come once one runs.');
  }
  if (counts.exposureRows > 0 && counts.outcomeRows === 0) {
    advice.push(
      'Exposures come and no outcome does: guards learn from client.run, client.track or the Express middleware.',
    );
  }
  if (counts.unmatchedOutcomes > counts.outcomeRows / 10) {
    advice.push('Many outcomes are of units that nobody exposed: do both sides use the same unit key?');
  }
  if (counts.droppedExposures + counts.droppedOutcomes > 0) {
    advice.push('SDKs have dropped events because their queues were full: is the server reachable all the time?');
  }
  return advice;
}
