import type { Delta } from '@tidegate/protocol';

/** A client that missed more than this is served faster by a snapshot. */
const DELTAS_MAX = 1_000;
/** Each environment keeps its own. */
const BYTES_MAX = 8_000_000;
/** Larger documents, segments of many units, are fetched compressed and over a while, not pushed to everybody at once. */
const DELTA_BYTES_MAX = 1_000_000;

/** The last deltas of an environment, without a gap between them, for clients that come back. */
export class RecentDeltas {
  #kept: { readonly delta: Delta; readonly bytes: number }[] = [];
  #bytes = 0;

  add(delta: Delta): void {
    const bytes = JSON.stringify(delta).length;
    if (bytes > DELTA_BYTES_MAX) {
      this.#kept = [];
      this.#bytes = 0;
      return;
    }
    this.#kept.push({ delta, bytes });
    this.#bytes += bytes;
    while (this.#kept.length > DELTAS_MAX || this.#bytes > BYTES_MAX) this.#bytes -= this.#kept.shift()?.bytes ?? 0;
  }

  /** The deltas after a revision; undefined when they are no longer (or not yet) at hand, or were too large. */
  since(revision: number): readonly Delta[] | undefined {
    const first = this.#kept.findIndex(({ delta }) => delta.fromRevision === revision);
    return first === -1 ? undefined : this.#kept.slice(first).map(({ delta }) => delta);
  }
}
