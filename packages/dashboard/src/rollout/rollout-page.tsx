import type { DecisionView, PageOf, RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useRead } from '../api/use-read.ts';
import { ShareTimelineChart } from '../charts/share-timeline.tsx';
import { Badge } from '../parts/badge.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { useNow } from '../parts/use-now.ts';
import { useAddress } from '../routing/use-route.ts';
import { describeState } from '../text/describe-rollout.ts';
import { formatPercent } from '../text/format.ts';
import { describeNextStep } from '../text/next-step.ts';
import { ConfirmationNote } from './confirmation.tsx';
import { DecisionList } from './decision-list.tsx';
import { ExposureFacts } from './exposure-facts.tsx';
import { GuardCard } from './guard-card.tsx';
import { RolloutControls } from './rollout-controls.tsx';

/** The controller looks once a second. */
const EVERY_MS = 1_000;
const DECISIONS_SHOWN_MAX = 40;

export function RolloutPage({ id }: { readonly id: string }): ReactNode {
  const rollout = useRead<RolloutView>(`/rollouts/${encodeURIComponent(id)}`, { everyMs: EVERY_MS });
  const version = rollout.data?.version;
  // A rollout's decisions are those of its version: with another version it is another address, read anew.
  const decisions = useRead<PageOf<DecisionView>>(
    `/rollouts/${encodeURIComponent(id)}/decisions?limit=${DECISIONS_SHOWN_MAX}#${version}`,
    { enabled: version !== undefined },
  );
  if (rollout.data === undefined) return <Waiting of={rollout} what="rollout" />;
  return (
    <Rollout
      rollout={rollout.data}
      decisions={decisions.data?.items ?? []}
      lost={rollout.isError ? rollout.error : null}
    />
  );
}

interface RolloutProps {
  readonly rollout: RolloutView;
  readonly decisions: readonly DecisionView[];
  readonly lost: Error | null;
}

function Rollout({ rollout, decisions, lost }: RolloutProps): ReactNode {
  const address = useAddress();
  const nowMs = useNow();
  const { plan, assessment } = rollout;
  const { words, tone } = describeState(rollout);
  const { next, waits } = describeNextStep(rollout, nowMs);
  return (
    <article className="page">
      <p className="crumbs">
        <a href={address('rollouts')}>Rollouts</a> / <a href={address('flags', rollout.flagKey)}>{rollout.flagKey}</a>
      </p>
      <div className="page-head">
        <div className="title">
          <h1>
            {rollout.flagKey}{' '}
            <span className="big-share">
              {formatPercent(rollout.treatmentPpm)} <span className="faint">{plan.treatment}</span>
            </span>
          </h1>
          <p className="badges">
            <Badge tone={tone}>{words}</Badge>
            <SampleRatioBadge rollout={rollout} />
            {rollout.rule !== 'fallthrough' && <Badge>rule {rollout.rule}</Badge>}
            <span className="faint">
              by {rollout.createdBy.name}, <Ago atMs={rollout.createdAtMs} />
            </span>
          </p>
        </div>
        <span className="bar-space" />
        <RolloutControls rollout={rollout} />
      </div>
      {lost !== null && <p className="note bad">What is shown is old: {lost.message}</p>}
      <section className={`card stack next ${tone}`} aria-label="What comes next">
        <p className="next-words">{next}</p>
        {waits.length > 0 && (
          <div className="row wait-list">
            <span className="faint">Now waiting for</span>
            <ul>
              {waits.map(({ reason, source, detail }) => (
                <li key={`${reason} ${source}`}>
                  <strong>{source === '' ? reason : `${reason} ${source}`}</strong> {detail}
                </li>
              ))}
            </ul>
          </div>
        )}
      </section>
      <ConfirmationNote rollout={rollout} />
      <section className="card" aria-label="Share over time">
        <ShareTimelineChart rollout={rollout} decisions={decisions} />
      </section>
      <ExposureFacts rollout={rollout} />
      <section aria-labelledby="guards-title" className="stack">
        <div className="row">
          <h2 id="guards-title">Guards</h2>
          <span className="faint">
            All together {(assessment.logEvidence ?? 0).toFixed(2)} of {assessment.logThreshold.toFixed(2)} nats towards
            a kill; a harmless change is ever killed with probability at most {(plan.alpha * 100).toPrecision(2)}%.
          </span>
        </div>
        <div className="guards">
          {assessment.guards.map((guard) => (
            <GuardCard key={guard.metric} rollout={rollout} guard={guard} />
          ))}
        </div>
      </section>
      <DecisionList rollout={rollout} decisions={decisions} />
      <details className="card">
        <summary>
          <h2>The plan</h2>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here */}
        <pre className="plan" tabIndex={0}>
          {JSON.stringify(plan, null, 2)}
        </pre>
      </details>
    </article>
  );
}

function SampleRatioBadge({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const { verdict, oddsRatio } = rollout.assessment.sampleRatio;
  const seen = oddsRatio === null ? '' : ` ×${oddsRatio.toFixed(2)}`;
  if (verdict === 'failed') {
    return (
      <Badge tone="bad" title="The arms have not the sizes that were designed: their comparison cannot be trusted.">
        sample ratio mismatch{seen}
      </Badge>
    );
  }
  return (
    <Badge tone={verdict === 'no_data' ? 'plain' : 'good'} title="Observed over designed odds of treatment">
      sample ratio {verdict === 'no_data' ? 'unknown' : `fits${seen}`}
    </Badge>
  );
}
