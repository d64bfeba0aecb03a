import type { DecisionExplanation } from '@tidegate/protocol';
import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useRead } from '../api/use-read.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Instant } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { formatEvidence, formatInstantFully } from '../text/format.ts';

interface DecisionListProps {
  readonly rollout: RolloutView;
  readonly decisions: readonly DecisionView[];
  /** Reads older ones; undefined when there are none. */
  readonly onMore: (() => void) | undefined;
}

const TONES: Readonly<Record<string, Tone>> = {
  kill: 'bad',
  advance: 'good',
  succeed: 'good',
  start: 'good',
  hold: 'plain',
};

/** What was decided and why, newest first; each can be decided again from what was stored. */
export function DecisionList({ rollout, decisions, onMore }: DecisionListProps): ReactNode {
  const [explained, setExplained] = useState<DecisionView>();
  return (
    <section className="card stack" aria-labelledby="decisions-title">
      <h2 id="decisions-title">Decisions</h2>
      {decisions.length === 0 && <p className="faint">None yet.</p>}
      {decisions.length > 0 && (
        <DataTable
          caption="Decisions, newest first"
          rows={decisions}
          keyOf={({ sequence }) => String(sequence)}
          columns={[
            { title: 'When', cell: ({ atMs }) => <Instant atMs={atMs} /> },
            { title: 'What', cell: ({ kind }) => <Badge tone={TONES[kind] ?? 'plain'}>{kind}</Badge> },
            { title: 'Why', kind: 'wide', cell: ({ reason }) => reason },
            { title: 'Revision', kind: 'number', cell: ({ revision }) => revision ?? '–' },
            {
              title: 'Explain',
              cell: (decision) => (
                <button
                  type="button"
                  className="small"
                  aria-label={`Explain decision ${decision.sequence}`}
                  onClick={() => setExplained(decision)}
                >
                  Explain
                </button>
              ),
            },
          ]}
        />
      )}
      {onMore !== undefined && (
        <div className="row">
          <button type="button" className="small" onClick={onMore}>
            Older ones
          </button>
        </div>
      )}
      {explained !== undefined && (
        <ExplainedDecision rollout={rollout} decision={explained} onClose={() => setExplained(undefined)} />
      )}
    </section>
  );
}

interface ExplainedDecisionProps {
  readonly rollout: RolloutView;
  readonly decision: DecisionView;
  readonly onClose: () => void;
}

function ExplainedDecision({ rollout, decision, onClose }: ExplainedDecisionProps): ReactNode {
  const path = `/rollouts/${rollout.id}/decisions/${decision.sequence}/explain`;
  const again = useRead<DecisionExplanation>(path);
  const { assessment } = decision.input;
  return (
    <Dialog label={`Decision ${decision.sequence}`} className="wide" onClose={onClose}>
      <div className="stack">
        <h2>
          {decision.kind}: {decision.reason}
        </h2>
        <p className="faint">{formatInstantFully(decision.atMs)}</p>
        <Waiting of={again} what="recomputation" />
        {again.data !== undefined &&
          (again.data.agrees ? (
            <p className="note good">Decided again from what was stored: the same, bit for bit.</p>
          ) : (
            <div className="note warn">
              Decided again from what was stored, it differs in{' '}
              {[...again.data.differsIn, ...again.data.assessmentDiffersIn].join(', ')}. It was decided by version{' '}
              {again.data.storedRulesVersion} of the rules, and again by version {again.data.rulesVersion}.
            </div>
          ))}
        <DataTable
          caption="What the guards said then"
          isCaptionHidden={false}
          rows={assessment.guards}
          keyOf={({ metric }) => metric}
          columns={[
            { title: 'Guard', cell: ({ metric }) => metric },
            { title: 'Verdict', cell: ({ verdict }) => verdict },
            {
              title: 'Evidence of harm',
              kind: 'number',
              cell: ({ logEvidence }) => formatEvidence(logEvidence ?? Number.NEGATIVE_INFINITY),
            },
            { title: 'Treated units', kind: 'number', cell: ({ units }) => units.treatment },
            { title: 'Control units', kind: 'number', cell: ({ units }) => units.control },
          ]}
        />
        <p className="faint">
          All guards together: {formatEvidence(assessment.logEvidence ?? Number.NEGATIVE_INFINITY)} of{' '}
          {formatEvidence(assessment.logThreshold)} nats.
        </p>
        <DiffView
          before={decision.input.state}
          after={decision.decision.state}
          titles={['State before', 'State after']}
        />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
