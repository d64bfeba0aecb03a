import type { RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { Ago } from '../parts/instant.tsx';
import { formatCount } from '../text/format.ts';

/** Live counts of who was exposed, and what could not be counted. */
export function ExposureFacts({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const { evidence, plan, sdkHealth } = rollout;
  const sum = (arm: 'treatment' | 'control') => evidence.strata.reduce((total, { units }) => total + units[arm], 0);
  const facts: readonly Fact[] = [
    ['Exposed units', formatCount(evidence.unitCount)],
    [plan.treatment, formatCount(sum('treatment'))],
    [plan.control, formatCount(sum('control'))],
    ['Last exposure', evidence.lastExposureAtMs === null ? 'none' : <Ago key="ago" atMs={evidence.lastExposureAtMs} />],
    ['In another arm than designed', formatCount(evidence.crossoverCount), evidence.crossoverCount > 0],
    ['Outcomes without exposure', formatCount(evidence.unmatchedOutcomeCount)],
    ['Under a browser key', formatCount(evidence.browserUnitCount)],
    ...(sdkHealth === undefined ? [] : healthFacts(sdkHealth)),
  ];
  return (
    <dl className="facts card">
      {facts.map(([title, value, isWarning = false]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd className={isWarning ? 'warn' : ''}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Fact = readonly [string, ReactNode, boolean?];

/** What SDKs under a server key said of themselves in the last minutes. */
function healthFacts(health: NonNullable<RolloutView['sdkHealth']>): readonly Fact[] {
  const { instanceCount, openBreakerCount, eventCount, lostEventCount } = health;
  const share = lostEventCount === 0 ? 0 : lostEventCount / (lostEventCount + eventCount);
  return [
    [
      'Open circuit breakers',
      `${formatCount(openBreakerCount)} of ${formatCount(instanceCount)} processes`,
      openBreakerCount > 0,
    ],
    [
      'Events lost in 5 minutes',
      share === 0 ? 'none' : `${formatCount(lostEventCount)} (${(share * 100).toPrecision(2)}%)`,
      share > 0,
    ],
  ];
}
