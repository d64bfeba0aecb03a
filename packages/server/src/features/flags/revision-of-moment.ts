import { problem } from '../../http/problem.ts';
import type { Storage } from '../../storage/storage.ts';

/** A revision, an instant, or (with neither) now. */
export interface Moment {
  readonly revision?: number | undefined;
  readonly atMs?: number | undefined;
}

/** The revision that was in force. Throws `not-found` for a moment before the first, or a revision after the last. */
export async function revisionOfMoment(
  storage: Storage,
  environment: string,
  { revision: asked, atMs }: Moment,
): Promise<number> {
  if (atMs !== undefined) {
    const revision = await storage.findRevisionAt(environment, atMs);
    if (revision === undefined) throw await beforeTheFirst(storage, environment, atMs);
    return revision;
  }
  const current = await storage.currentRevision(environment);
  if (asked === undefined || asked <= current) return asked ?? current;
  throw problem('not-found', {
    detail: `${environment} is at revision ${current}: there is no revision ${asked} yet.`,
  });
}

async function beforeTheFirst(storage: Storage, environment: string, atMs: number) {
  const [first] = await storage.listChanges(environment, 0, 1);
  const then = new Date(atMs).toISOString();
  const detail = `At ${then} ${environment} had no revision yet: `;
  if (first === undefined) return problem('not-found', { detail: `${detail}nothing was ever changed in it.` });
  return problem('not-found', {
    detail: `${detail}its first change was made at ${new Date(first.atMs).toISOString()}.`,
  });
}
