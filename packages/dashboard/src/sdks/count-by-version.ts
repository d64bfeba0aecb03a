import type { ConnectionView } from '@tidegate/protocol/types';

export interface VersionCount {
  /** Name and version. */
  readonly name: string;
  readonly keyKind: ConnectionView['keyKind'];
  readonly count: number;
  /** Those that do not answer from the newest revision yet. */
  readonly behindCount: number;
}

/** Most used first. */
export function countByVersion(
  connections: readonly ConnectionView[],
  newestRevision: number,
): readonly VersionCount[] {
  const counts = new Map<string, VersionCount>();
  for (const { sdk, keyKind, appliedRevision } of connections) {
    const name = `${sdk.name} ${sdk.version}`;
    const known = counts.get(`${name} ${keyKind}`) ?? { name, keyKind, count: 0, behindCount: 0 };
    const isBehind = appliedRevision < newestRevision;
    counts.set(`${name} ${keyKind}`, {
      ...known,
      count: known.count + 1,
      behindCount: known.behindCount + (isBehind ? 1 : 0),
    });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
