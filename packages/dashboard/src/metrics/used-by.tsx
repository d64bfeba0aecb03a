import type { ReactNode } from 'react';
import { useAddress } from '../routing/use-route.ts';
import type { MetricUse } from './metric-uses.ts';

/** More are counted only. */
const NAMED_MAX = 4;

interface UsedByProps {
  /** Undefined while it is not read. */
  readonly uses: readonly MetricUse[] | undefined;
  readonly namedMax?: number;
}

/** The rollouts that something guards: those that run first. */
export function UsedBy({ uses, namedMax = NAMED_MAX }: UsedByProps): ReactNode {
  const address = useAddress();
  if (uses === undefined) return <span className="faint">…</span>;
  if (uses.length === 0) return <span className="faint">no rollout</span>;
  const shown = uses.toSorted((one, other) => Number(other.isActive) - Number(one.isActive)).slice(0, namedMax);
  return (
    <>
      {shown.map(({ rolloutId, flagKey, isActive, version }, index) => (
        <span key={`${rolloutId} ${version}`}>
          {index > 0 && ', '}
          <a href={address('rollouts', rolloutId)}>{flagKey}</a>
          {version !== null && <span className="faint"> @{version}</span>}
          {!isActive && <span className="faint"> (over)</span>}
        </span>
      ))}
      {uses.length > shown.length && <span className="faint"> and {uses.length - shown.length} more</span>}
    </>
  );
}
