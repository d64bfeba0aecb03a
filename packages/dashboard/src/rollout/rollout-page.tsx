import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useRead } from '../api/use-read.ts';
import { ShareTimelineChart } from '../charts/share-timeline.tsx';
import { DocsLink } from '../docs/docs-link.tsx';
import { Badge } from '../parts/badge.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { useNow } from '../parts/use-now.ts';
import { useAddress } from '../routing/use-route.ts';
import { describeState } from '../text/describe-rollout.ts';
import { formatPercent } from '../text/format.ts';
import { describeNextStep } from '../text/next-step.ts';
import { AskedCard } from './asked-card.tsx';
import { ConfirmationNote } from './confirmation.tsx';
import { DecisionList } from './decision-list.tsx';
import { DrillsCard } from './drills-card.tsx';
import { ExposureFacts } from './exposure-facts.tsx';
import { GuardCard } from './guard-card.tsx';
import { MeasuredCards } from './measured-cards.tsx';
import { RolloutControls } from './rollout-controls.tsx';
import { ScoreCard } from './score-card.tsx';
import { ToldCard } from './told-card.tsx';
import { TrafficCard } from './traffic-card.tsx';
import { FIRST_PAGES, useDecisions } from './use-decisions.ts';

/** The controller looks once a second. */
const EVERY_MS = 1_000;

export function RolloutPage({ id }: { readonly id: string }): ReactNode {
  const rollout = useRead<RolloutView>(`/rollouts/${encodeURIComponent(id)}`, { everyMs: EVERY_MS });
  const [pageCount, setPageCount] = useState(FIRST_PAGES);
  const decisions = useDecisions(id, rollout.data?.version, pageCount);
  if (rollout.data === undefined) return <Waiting of={rollout} what="rollout" />;
  const { items = [], isWhole = true } = decisions.data ?? {};
  return (
    <Rollout
      rollout={rollout.data}
      decisions={items}
      lost={rollout.error ?? decisions.error}
      onMore={isWhole ? undefined : () => setPageCount(pageCount + 1)}
    />
  );
}

interface RolloutProps {
  readonly rollout: RolloutView;
  readonly decisions: readonly DecisionView[];
  readonly lost: Error | null;
  /** Reads older decisions; undefined when there are none. */
  readonly onMore: (() => void) | undefined;
}

function Rollout({ rollout, decisions, lost, onMore }: RolloutProps): ReactNode {
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
            <CapsBadge rollout={rollout} />
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
            <DocsLink to="operations#what-a-hold-means-and-what-to-do" about="what holds a rollout" />
          </div>
        )}
      </section>
      <ConfirmationNote rollout={rollout} />
      <AskedCard rollout={rollout} decisions={decisions} />
      <section className="card" aria-label="Share over time">
        <ShareTimelineChart rollout={rollout} decisions={decisions} />
      </section>
      <ExposureFacts rollout={rollout} />
      <ScoreCard rollout={rollout} />
      <section aria-labelledby="guards-title" className="stack">
        <div className="row">
          <h2 id="guards-title">Guards</h2>
          <DocsLink to="statistics#at-three-in-the-morning" about="the guards" />
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
      <MeasuredCards rollout={rollout} />
      <TrafficCard rollout={rollout} />
      <DecisionList rollout={rollout} decisions={decisions} onMore={onMore} />
      <DrillsCard rollout={rollout} />
      <ToldCard rollout={rollout} />
      <details className="card">
        <summary>
          <h2>The plan</h2>
        </summary>
        <p className="row">
          <a className="button small" href={address('new-rollout', rollout.flagKey, { from: rollout.id })}>
            Begin a new rollout with it
          </a>
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here */}
        <pre className="plan" tabIndex={0}>
          {JSON.stringify(plan, null, 2)}
        </pre>
      </details>
    </article>
  );
}

/** Whom the share that is shown is not true of. */
function CapsBadge({ rollout: { plan, treatmentPpm } }: { readonly rollout: RolloutView }): ReactNode {
  const below = (plan.caps ?? []).filter(({ maxTreatmentPpm }) => maxTreatmentPpm < treatmentPpm);
  if (below.length === 0) return null;
  const shares = below.map(({ maxTreatmentPpm }) => formatPercent(maxTreatmentPpm)).join(', ');
  return (
    <Badge tone="warn" title="Some get less than the share that is shown; the plan says who.">
      {below.length === 1 ? 'a cap keeps some' : `${below.length} caps keep some`} at {shares}
    </Badge>
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
