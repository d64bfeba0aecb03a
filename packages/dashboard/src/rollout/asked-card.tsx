import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { type AskedGate, approvalsOf, gatesOf } from './asked.ts';

interface AskedCardProps {
  readonly rollout: RolloutView;
  readonly decisions: readonly DecisionView[];
}

const GATE_TONES: Readonly<Record<AskedGate['answer'], Tone>> = {
  open: 'good',
  closed: 'warn',
  error: 'bad',
  unasked: 'plain',
};
const GATE_WORDS: Readonly<Record<AskedGate['answer'], string>> = {
  open: 'yes',
  closed: 'not yet',
  error: 'no answer',
  unasked: 'not asked now',
};
const STEP_WORDS: Readonly<Record<string, string>> = {
  start: 'the first stage',
  advance: 'each later rise',
  'last-stage': 'the last rise',
  success: 'the end of the bake',
};

/** Who is asked before a step, people and gates, and what each said last. */
export function AskedCard({ rollout, decisions }: AskedCardProps): ReactNode {
  const gates = gatesOf(rollout, decisions);
  const approvals = approvalsOf(rollout);
  if (gates.length === 0 && approvals.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="asked-title">
      <div className="row">
        <h2 id="asked-title">Who is asked</h2>
        <span className="bar-space" />
        <DocsLink to="gates#gates" about="gates" />
      </div>
      {approvals.length > 0 && (
        <DataTable
          caption="Approvals"
          rows={approvals}
          keyOf={({ stageNumber }) => String(stageNumber)}
          columns={[
            { title: 'Before', cell: ({ stageNumber }) => `stage ${stageNumber}` },
            {
              title: 'Approval',
              cell: ({ state, given, needed }) => (
                <Badge tone={state === 'asked' ? 'warn' : state === 'past' ? 'good' : 'plain'}>
                  {state === 'ahead' ? `${needed} needed` : `${given.length} of ${needed}`}
                </Badge>
              ),
            },
            { title: 'Who may', kind: 'wide', cell: ({ mayApprove }) => mayApprove },
            {
              title: 'Who did',
              kind: 'wide',
              cell: ({ given, state }) =>
                given.length === 0
                  ? state === 'past'
                    ? 'see the decisions'
                    : 'nobody yet'
                  : given.map(({ by, atMs }) => (
                      <span key={by.id}>
                        {by.name} <Instant atMs={atMs} />{' '}
                      </span>
                    )),
            },
          ]}
        />
      )}
      {gates.length > 0 && (
        <DataTable
          caption="Gates"
          rows={gates}
          keyOf={({ name }) => name}
          columns={[
            { title: 'Gate', cell: ({ name }) => name },
            { title: 'Before', cell: ({ before }) => STEP_WORDS[before] ?? before },
            { title: 'Says', cell: ({ answer }) => <Badge tone={GATE_TONES[answer]}>{GATE_WORDS[answer]}</Badge> },
            { title: 'In its words', kind: 'wide', cell: ({ detail }) => detail },
            { title: 'Asked at', cell: ({ host }) => <code>{host}</code> },
          ]}
        />
      )}
    </section>
  );
}
