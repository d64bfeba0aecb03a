import type { EventBatch } from './event-batch.ts';

/** Long enough for every SDK to have flushed many times, short enough to forget an outage that is over. */
const FLOW_WINDOW_MS = 300_000;
/** How finely the window moves on. */
const SLICE_MS = 10_000;

/** What SDKs reported and lost in one slice of time. */
export interface FlowSlice {
  readonly sinceMs: number;
  events: number;
  lost: number;
}

/** Counts a batch into the slice of the instant; slices come in the order of time, and what left the window is dropped. */
export function noteFlow(slices: FlowSlice[], { exposures, outcomes, dropped }: Events, nowMs: number): void {
  const sinceMs = Math.floor(nowMs / SLICE_MS) * SLICE_MS;
  let slice = slices.at(-1);
  if (slice === undefined || slice.sinceMs < sinceMs) {
    slice = { sinceMs, events: 0, lost: 0 };
    slices.push(slice);
    while (slices[0] !== undefined && !isWithin(slices[0], nowMs)) slices.shift();
  }
  slice.events += exposures.unit.length + outcomes.unit.length;
  slice.lost += dropped.exposures + dropped.outcomes;
}

export function sumFlow(slices: readonly FlowSlice[], nowMs: number): { eventCount: number; lostEventCount: number } {
  const recent = slices.filter((slice) => isWithin(slice, nowMs));
  return {
    eventCount: recent.reduce((sum, { events }) => sum + events, 0),
    lostEventCount: recent.reduce((sum, { lost }) => sum + lost, 0),
  };
}

function isWithin({ sinceMs }: FlowSlice, nowMs: number): boolean {
  return nowMs - sinceMs < FLOW_WINDOW_MS;
}

type Events = Pick<EventBatch, 'exposures' | 'outcomes' | 'dropped'>;
