import type { RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useList } from '../api/use-read.ts';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { toneOf } from '../rollout/guard-card.tsx';
import { useAddress } from '../routing/use-route.ts';
import { describeStages, describeState } from '../text/describe-rollout.ts';
import { formatPercent } from '../text/format.ts';

const EVERY_MS = 2_000;
/** Those that ended are history: the newest of it. */
const ENDED_SHOWN_MAX = 50;

export function RolloutList(): ReactNode {
  const address = useAddress();
  const active = useList<RolloutView>('/rollouts?active=true', { everyMs: EVERY_MS });
  const ended = useList<RolloutView>('/rollouts?active=false');
  const running = newestFirst(active.data ?? []);
  const over = newestFirst(ended.data ?? []).slice(0, ENDED_SHOWN_MAX);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Rollouts</h1>
        <span className="bar-space" />
        <a className="button primary" href={address('new-rollout')}>
          New rollout
        </a>
      </div>
      <Waiting of={active} what="rollouts" />
      {active.data !== undefined && running.length === 0 && (
        <Empty>
          <p>No rollout is running.</p>
          <a className="button" href={address('new-rollout')}>
            Start one
          </a>
        </Empty>
      )}
      {running.length > 0 && (
        <section className="card">
          <RolloutTable caption="Rollouts that run" rollouts={running} />
        </section>
      )}
      {over.length > 0 && (
        <section className="card stack" aria-labelledby="ended-title">
          <h2 id="ended-title">Ended</h2>
          <RolloutTable caption="Rollouts that have ended" rollouts={over} />
        </section>
      )}
    </div>
  );
}

function RolloutTable({
  caption,
  rollouts,
}: {
  readonly caption: string;
  readonly rollouts: readonly RolloutView[];
}): ReactNode {
  const address = useAddress();
  return (
    <DataTable
      caption={caption}
      rows={rollouts}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Flag', cell: ({ id, flagKey }) => <a href={address('rollouts', id)}>{flagKey}</a> },
        { title: 'Share', kind: 'number', cell: ({ treatmentPpm }) => formatPercent(treatmentPpm) },
        { title: 'Stages', cell: (rollout) => <Stages rollout={rollout} /> },
        {
          title: 'State',
          kind: 'wide',
          cell: (rollout) => {
            const { words, tone } = describeState(rollout);
            return <span className={tone === 'plain' ? '' : tone}>{words}</span>;
          },
        },
        {
          title: 'Guards',
          cell: ({ active, assessment }) =>
            active ? <Badge tone={toneOf(assessment.verdict)}>{assessment.verdict.replace('_', ' ')}</Badge> : '',
        },
        { title: 'Begun', cell: ({ createdAtMs }) => <Ago atMs={createdAtMs} /> },
        { title: 'By', cell: ({ createdBy }) => createdBy.name },
      ]}
    />
  );
}

function Stages({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  return (
    <ol className="stages" aria-label="Stages">
      {describeStages(rollout).map(({ share, mark }) => (
        <li key={share} className={mark} aria-current={mark === 'current' ? 'step' : undefined}>
          {share}
          {mark === 'stopped' && <span className="hidden"> stopped here</span>}
        </li>
      ))}
    </ol>
  );
}

function newestFirst(rollouts: readonly RolloutView[]): readonly RolloutView[] {
  return rollouts.toSorted((one, other) => other.createdAtMs - one.createdAtMs);
}
