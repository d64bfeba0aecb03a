import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { EnvironmentView } from './environment-view.ts';

const compress = promisify(gzip);

/** Small bodies gain nothing from compression. */
const GZIP_FROM_BYTES = 1_024;

/** The bytes of one snapshot: made once per revision, sent to every client that asks. */
export interface SnapshotBytes {
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer | null;
}

/** Keeps the newest snapshot of each view as bytes, plain and compressed. */
export class SnapshotCache {
  readonly #newest = new WeakMap<EnvironmentView, { revision: number; bytes: Promise<SnapshotBytes> }>();

  get(view: EnvironmentView): Promise<SnapshotBytes> {
    const known = this.#newest.get(view);
    if (known?.revision === view.revision) return known.bytes;
    const bytes = buildBytes(view);
    this.#newest.set(view, { revision: view.revision, bytes });
    // What failed must not be remembered: the next caller tries again.
    bytes.catch(() => this.#newest.delete(view));
    return bytes;
  }
}

async function buildBytes(view: EnvironmentView): Promise<SnapshotBytes> {
  const etag = `"${view.environment}@${view.revision}"`;
  const plain = Buffer.from(JSON.stringify(view.snapshot()));
  return { etag, plain, gzipped: plain.length < GZIP_FROM_BYTES ? null : await compress(plain) };
}
