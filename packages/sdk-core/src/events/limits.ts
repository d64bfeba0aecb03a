/** The server's limit of one batch (held to the protocol's by a test). */
export const BATCH_BYTES_MAX = 1_000_000;
/** An event older than a day says nothing of a rollout any more; the server refuses the batch that has one. */
export const EVENT_AGE_MAX_MS = 86_400_000;
/** Names of events, flags, variations and rollouts. */
const NAME_CHARS_MAX = 256;
/** What the queue may hold while the server is away: some 60 000 events with names of 15 letters. */
export const QUEUE_BYTES_MAX = 10_000_000;
/** Envelope, column names and counts around the rows of a batch. */
export const ENVELOPE_BYTES = 2_000;
/** Of a batch, at most this share is counters; the rest of them waits for the next batch. */
export const COUNTERS_SHARE = 0.25;

/**
 * Upper bounds of what a row takes as JSON, separators included: indexes have at most 5 digits, ages 8 (16 with their
 * fraction, which is why ages travel as whole milliseconds), epochs and counts 16, hashes 10, any number 25. The row of
 * an event stands for an exposure (50), which is larger than an outcome (47), and for its unit (22).
 */
export const EVENT_ROW_BYTES = 72;
export const COUNTER_ROW_BYTES = 29;

/** A character takes at most six bytes: `\u0000`. */
export function nameBytes(name: string): number {
  return name.length * 6 + 3;
}

export function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= NAME_CHARS_MAX;
}
