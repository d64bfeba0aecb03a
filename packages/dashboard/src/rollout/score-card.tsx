import type { RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';

/** What the guards are worth together, for promotion. */
export function ScoreCard({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const { score, plan } = rollout;
  const rule = plan.score;
  if (score === undefined || rule === undefined) return null;
  const verdict = verdictOf(score.value, rule);
  return (
    <section className="card stack" aria-labelledby="score-title">
      <div className="row">
        <h2 id="score-title">Score</h2>
        <strong className="number">{pointsOf(score.value)}</strong>
        <Badge tone={verdict.tone}>{verdict.words}</Badge>
        <span className="faint">
          passes from {rule.pass}, a person looks below {rule.marginal}; it never kills
        </span>
        <span className="bar-space" />
        <DocsLink to="rollouts#a-score" about="the score" />
      </div>
      <DataTable
        caption="The score by group"
        rows={score.groups}
        keyOf={({ group }) => group}
        columns={[
          { title: 'Group', cell: ({ group }) => group },
          { title: 'Points', kind: 'number', cell: (each) => pointsOf(each.score) },
          { title: 'Weight', kind: 'number', cell: ({ group }) => rule.groupWeights[group] ?? '–' },
          {
            title: 'Guards',
            kind: 'wide',
            cell: ({ group }) =>
              plan.guards
                .filter((guard) => guard.group === group)
                .map(({ metric }) => metric)
                .join(', '),
          },
        ]}
      />
    </section>
  );
}

function pointsOf(score: number | null): string {
  return score === null ? 'not known yet' : score.toFixed(0);
}

function verdictOf(
  value: number | null,
  { marginal, pass }: { readonly marginal: number; readonly pass: number },
): { readonly tone: Tone; readonly words: string } {
  if (value === null) return { tone: 'plain', words: 'no guard says anything yet' };
  if (value >= pass) return { tone: 'good', words: 'passes' };
  return value < marginal ? { tone: 'bad', words: 'a person must look' } : { tone: 'warn', words: 'waits' };
}
