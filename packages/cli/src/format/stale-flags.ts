import type { FlagUsageView, StaleFinding, StaleFlag } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatInstant, printable } from './text.ts';
import { describeSdk } from './usage.ts';

export interface StaleReport {
  readonly flags: readonly StaleFlag[];
  readonly unknownFlags: readonly FlagUsageView[];
}

/** Each flag with every reason below it. */
export function formatStaleFlags({ flags, unknownFlags }: StaleReport, paint: Paint): string[] {
  if (flags.length === 0 && unknownFlags.length === 0) return ['No flag is stale.'];
  return [
    ...flags.flatMap((flag) => [
      headOf(flag, paint),
      ...flag.findings.map((finding) => `  ${describeFinding(finding)}`),
    ]),
    ...unknownFlags.flatMap((usage) => [
      `${paint.bold(usage.flagKey)}  ${paint.yellow('no flag')}`,
      `  asked for by ${usage.sdks.map((sdk) => describeSdk(sdk)).join('; ')}`,
    ]),
  ];
}

function headOf({ flagKey, temporary, archived, owner }: StaleFlag, paint: Paint): string {
  const words = [
    ...(archived ? ['archived'] : []),
    ...(temporary ? ['temporary'] : []),
    ...(owner === undefined ? [] : [`owner ${printable(owner)}`]),
  ];
  return [paint.bold(flagKey), paint.dim(words.join(', '))].join('  ').trimEnd();
}

function describeFinding(finding: StaleFinding): string {
  switch (finding.criterion) {
    case 'expired':
      return `expired at ${formatInstant(finding.expiresAtMs)}`;
    case 'rollout-over':
      return `its rollout ${finding.rolloutId} ${ENDED[finding.ended]} at ${formatInstant(finding.endedAtMs)}`;
    case 'not-evaluated':
      return finding.lastAtMs === null
        ? `never asked for since evaluations are counted, ${formatInstant(finding.countedSinceAtMs)}`
        : `last asked for at ${formatInstant(finding.lastAtMs)}`;
    case 'one-variation':
      return `everybody gets ${printable(finding.variation)}, unchanged since ${formatInstant(finding.unchangedSinceAtMs)}`;
    case 'archived-in-use':
      return `archived at ${formatInstant(finding.archivedAtMs)} and asked for by ${finding.sdks.map((sdk) => describeSdk(sdk)).join('; ')}`;
    default:
      throw finding satisfies never;
  }
}

const ENDED = { succeeded: 'succeeded', rolledBack: 'was rolled back', cancelled: 'was cancelled' } as const;
