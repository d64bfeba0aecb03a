import type { FlagView } from '@tidegate/protocol/types';

type Listed = Pick<FlagView, 'key' | 'revision' | 'archived'>;

/** The list, by key, with some flags as they are now: in their places, or gone when they were archived. */
export function joinFlags<F extends Listed>(flags: readonly F[], now: readonly F[]): readonly F[] {
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  for (const flag of now) {
    // An answer that was overtaken by a newer one is no news.
    if ((byKey.get(flag.key)?.revision ?? 0) > flag.revision) continue;
    if (flag.archived) byKey.delete(flag.key);
    else byKey.set(flag.key, flag);
  }
  // In the order of the server's pages: by code units, as keys are ASCII.
  return [...byKey.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}
