import type { FlagUsageView, FlagView, StaleFlag } from '@tidegate/protocol/types';
import { memo, type ReactNode } from 'react';
import { useRead } from '../api/use-read.ts';
import { dayCounts } from '../charts/day-counts.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { Badge } from '../parts/badge.tsx';
import { Ago } from '../parts/instant.tsx';
import { useRested } from '../parts/use-rested.ts';
import { useAddress } from '../routing/use-route.ts';
import { describeServed } from '../text/describe-flag.ts';
import { describeStale } from '../text/describe-stale.ts';
import { EnvironmentStates } from './environment-states.tsx';
import { isRamping } from './filter-flags.ts';

/** Two weeks: one sees the last weekend, and the one before. */
const DAYS_SHOWN = 14;
/** The server counts in half minutes. */
const USAGE_EVERY_MS = 60_000;

interface FlagRowProps {
  readonly flag: FlagView;
  readonly stale: StaleFlag | undefined;
}

/** One flag of the list. Its usage is read once it stays in sight, and not before. */
export const FlagRow = memo(function FlagRow({ flag, stale }: FlagRowProps): ReactNode {
  const address = useAddress();
  const isRested = useRested();
  const usage = useRead<FlagUsageView>(`/flags/${encodeURIComponent(flag.key)}/usage`, {
    everyMs: USAGE_EVERY_MS,
    enabled: isRested,
  });
  return (
    <div className="flag-row">
      <Badge tone={flag.enabled ? 'good' : 'plain'}>{flag.enabled ? 'On' : 'Off'}</Badge>
      <div className="flag-name">
        <a href={address('flags', flag.key)}>{flag.key}</a>
        <span className="faint one-line">{flag.description}</span>
      </div>
      <span className="flag-serves">
        <span className="one-line">{describeServed(flag)}</span>
        {isRested && <EnvironmentStates flagKey={flag.key} />}
      </span>
      <span className="flag-tags">
        {isRamping(flag) && <Badge tone="warn">rollout</Badge>}
        {stale !== undefined && (
          <Badge tone="plain" title={stale.findings.map(describeStale).join(' ')}>
            stale
          </Badge>
        )}
        {flag.tags.slice(0, 3).map((tag) => (
          <span key={tag} className="tag">
            {tag}
          </span>
        ))}
      </span>
      <span className="flag-usage">
        <Sparkline days={dayCounts(usage.data ?? { variations: [] }, DAYS_SHOWN, Date.now())} />
      </span>
      <span className="flag-age faint">
        <Ago atMs={flag.updatedAtMs} />
      </span>
    </div>
  );
});
