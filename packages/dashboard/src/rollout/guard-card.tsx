import type { RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { formatFactor } from '../charts/band-scale.ts';
import { EvidenceBar } from '../charts/evidence-bar.tsx';
import { IntervalBand } from '../charts/interval-band.tsx';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { formatCount, formatRatio } from '../text/format.ts';

/** A proof of safety is wrong at most one time in ten: `ALPHA_RAMP` of the statistics. */
const SAFETY_NATS = Math.log(10);

type Guard = RolloutView['assessment']['guards'][number];

interface GuardCardProps {
  readonly rollout: RolloutView;
  readonly guard: Guard;
}

/** What statistics say of one guard, and how far it is from a kill and from a proof of safety. */
export function GuardCard({ rollout, guard }: GuardCardProps): ReactNode {
  const { plan, assessment, evidence } = rollout;
  const planned = plan.guards.find(({ metric }) => metric === guard.metric);
  const harm = evidence.guards.find(({ metric }) => metric === guard.metric)?.harm ?? 'up';
  const margin = marginOf(rollout, guard.metric);
  const { low, high } = guard.ratioInterval;
  // Alone, a guard kills when its own part of the weighted average does.
  const killAt = assessment.logThreshold - Math.log(guard.weight || 1);
  const described = `${guard.metric}: ${formatRatio(guard.ratio, guard.ratioInterval)}, harmful ${harm === 'up' ? 'above' : 'below'} 1`;
  return (
    <article className="card stack guard" aria-label={`Guard ${guard.metric}`}>
      <div className="row">
        <h3>{guard.metric}</h3>
        <Badge tone={toneOf(guard.verdict)}>{guard.verdict.replace('_', ' ')}</Badge>
        {planned?.mode === 'observe' && <Badge>only observed</Badge>}
        <span className="bar-space" />
        <span className="estimate-words">
          {guard.ratio === null ? 'no estimate' : formatFactor(guard.ratio)}
          {guard.ratio !== null && (
            <span className="faint">
              {' '}
              {low?.toFixed(2) ?? '…'} to {high?.toFixed(2) ?? '…'}
            </span>
          )}
        </span>
      </div>
      <IntervalBand label={described} ratio={guard.ratio} low={low} high={high} margin={margin} harm={harm} />
      <div className="stack tight">
        <EvidenceBar
          title="Towards a kill"
          value={guard.logEvidence}
          threshold={killAt}
          tone="kill"
          then="it is killed"
        />
        {margin !== null && (
          <EvidenceBar
            title="Towards safety"
            value={guard.logSafety}
            threshold={SAFETY_NATS}
            tone="safety"
            then={`${formatFactor(margin)} is ruled out`}
          />
        )}
      </div>
      <DataTable
        caption={`Units of ${guard.metric}`}
        rows={(['treatment', 'control'] as const).map((arm) => ({
          arm,
          units: guard.units[arm],
          events: guard.events[arm],
        }))}
        keyOf={({ arm }) => arm}
        columns={[
          { title: 'Arm', cell: ({ arm }) => `${arm} (${arm === 'treatment' ? plan.treatment : plan.control})` },
          { title: 'Units', kind: 'number', cell: ({ units }) => formatCount(units) },
          { title: 'Events', kind: 'number', cell: ({ events }) => formatCount(events) },
          {
            title: 'Share',
            kind: 'number',
            cell: ({ units, events }) => (units === 0 ? '–' : `${((events / units) * 100).toFixed(2)}%`),
          },
        ]}
      />
      <p className="faint">{guard.outlook}</p>
    </article>
  );
}

/** What the stage asks evidence to rule out; null where it asks for no proof. */
function marginOf({ plan, stageIndex }: RolloutView, metric: string): number | null {
  if (stageIndex === null) return null;
  const guard = plan.guards.find((each) => each.metric === metric);
  if (guard?.margins !== undefined) return guard.margins[stageIndex] ?? null;
  return plan.stages[stageIndex]?.safeRatio ?? null;
}

export function toneOf(verdict: Guard['verdict']): Tone {
  if (verdict === 'failed') return 'bad';
  if (verdict === 'safe') return 'good';
  return verdict === 'error' || verdict === 'inconclusive' ? 'warn' : 'plain';
}
