import type { StaleFinding } from '@tidegate/protocol/types';

/** Why a flag should be looked at, in one sentence. */
export function describeStale(finding: StaleFinding): string {
  switch (finding.criterion) {
    case 'expired':
      return `It should be gone since ${dayOf(finding.expiresAtMs)}.`;
    case 'rollout-over':
      return `It is temporary, and its last rollout ended on ${dayOf(finding.endedAtMs)}.`;
    case 'not-evaluated':
      return finding.lastAtMs === null
        ? `Nobody asked for it since ${dayOf(finding.countedSinceAtMs)}, when counting began.`
        : `Nobody asked for it since ${dayOf(finding.lastAtMs)}.`;
    case 'one-variation':
      return `Everybody gets ${finding.variation}, since ${dayOf(finding.unchangedSinceAtMs)}.`;
    case 'archived-in-use':
      return `It is archived, and applications still ask for it: last on ${dayOf(finding.lastAtMs)}.`;
    default:
      throw finding satisfies never;
  }
}

function dayOf(atMs: number): string {
  return new Date(atMs).toLocaleDateString();
}
