import { setTimeout as sleep } from 'node:timers/promises';
import { operatorApi } from './api.ts';
import type { Credentials } from './processes.ts';

/** Changes that the server has acknowledged: the revision, and the text that was written with it. */
export type WriterBook = Map<number, string>;

/** Writes one flag again and again, and books what was acknowledged. Whatever fails is simply tried anew. */
export async function writeUntil(
  options: { credentials: Credentials; flagKey: string },
  stopped: () => boolean,
): Promise<WriterBook> {
  const api = operatorApi(options.credentials);
  const book: WriterBook = new Map();
  for (let n = 1; !stopped(); n += 1) {
    const description = `${options.flagKey} write ${n}`;
    try {
      const flag = await api.patchFlag(options.flagKey, { description });
      book.set(flag.revision, description);
    } catch {
      // Not acknowledged: the server may or may not have it. The next write reads the ETag again.
      await sleep(20);
    }
    await sleep(5);
  }
  return book;
}
