import type { RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { Badge } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago } from '../parts/instant.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { toneOf } from '../rollout/guard-card.tsx';
import { addressOf } from '../routing/route.ts';
import { useAddress } from '../routing/use-route.ts';
import { describeStages, describeState } from '../text/describe-rollout.ts';
import { formatCount, formatPercent } from '../text/format.ts';
import { matches, STATE_FILTERS, type StateFilter, waitsFor } from './filter-rollouts.ts';
import { EVERYWHERE, useEnvironments, useRollouts } from './use-rollouts.ts';

/** Those that ended are history: the newest of it. */
const ENDED_SHOWN_MAX = 50;

const STATE_WORDS: Readonly<Record<StateFilter, string>> = {
  all: 'All',
  waiting: 'Waiting for somebody',
  running: 'Running',
  succeeded: 'Succeeded',
  killed: 'Killed',
  other: 'Other',
};

export function RolloutList(): ReactNode {
  const address = useAddress();
  const { environment } = usePlace();
  const environments = useEnvironments();
  const [search, setSearch] = useState('');
  const [state, setState] = useState<StateFilter>('all');
  const [where, setWhere] = useState(environment);
  const rollouts = useRollouts(where);
  const filter = { search: useDeferredValue(search), state };
  const shown = (of: readonly RolloutView[]) => newestFirst(of.filter((rollout) => matches(rollout, filter)));
  const running = shown(rollouts.running);
  const over = shown(rollouts.ended);
  const isNone = !rollouts.isPending && rollouts.running.length + rollouts.ended.length === 0;
  const isElsewhere = where !== environment;
  return (
    <div className="page">
      <div className="page-head">
        <h1>Rollouts</h1>
        <span className="bar-space" />
        <a className="button primary" href={address('new-rollout')}>
          New rollout
        </a>
      </div>
      <search className="filters">
        <input
          type="search"
          aria-label="Search rollouts"
          placeholder="Search by flag, treatment, person"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <fieldset className="choice">
          <legend className="hidden">State</legend>
          {STATE_FILTERS.map((value) => (
            <label key={value}>
              <input type="radio" name="state" checked={state === value} onChange={() => setState(value)} />
              <span>{STATE_WORDS[value]}</span>
            </label>
          ))}
        </fieldset>
        <select aria-label="Environment" value={where} onChange={(event) => setWhere(event.target.value)}>
          {environments.map((name) => (
            <option key={name}>{name}</option>
          ))}
          {environments.length > 1 && <option value={EVERYWHERE}>all environments</option>}
        </select>
      </search>
      <Waiting of={rollouts} what="rollouts" />
      {isNone && rollouts.error === null && (
        <Empty>
          <p>There was no rollout yet.</p>
          <a className="button" href={address('new-rollout')}>
            Start one
          </a>
        </Empty>
      )}
      {!isNone && !rollouts.isPending && running.length + over.length === 0 && <Empty>No rollout is like that.</Empty>}
      {running.length > 0 && (
        <section className="card">
          <RolloutTable caption="Rollouts that run" rollouts={running} isElsewhere={isElsewhere} />
        </section>
      )}
      {over.length > 0 && (
        <section className="card stack" aria-labelledby="ended-title">
          <div className="row">
            <h2 id="ended-title">Ended</h2>
            {over.length > ENDED_SHOWN_MAX && (
              <span className="faint">
                the newest {ENDED_SHOWN_MAX} of {formatCount(over.length)}
              </span>
            )}
          </div>
          <RolloutTable
            caption="Rollouts that have ended"
            rollouts={over.slice(0, ENDED_SHOWN_MAX)}
            isElsewhere={isElsewhere}
            isOver
          />
        </section>
      )}
    </div>
  );
}

interface RolloutTableProps {
  readonly caption: string;
  readonly rollouts: readonly RolloutView[];
  /** Whether they may be of another environment than the one that is open. */
  readonly isElsewhere: boolean;
  /** What is over waits for nobody. */
  readonly isOver?: boolean;
}

function RolloutTable({ caption, rollouts, isElsewhere, isOver = false }: RolloutTableProps): ReactNode {
  return (
    <DataTable
      caption={caption}
      rows={rollouts}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Flag',
          cell: ({ id, flagKey, environment }) => <a href={addressOf(environment, 'rollouts', id)}>{flagKey}</a>,
        },
        ...(isElsewhere ? [{ title: 'In', cell: ({ environment }: RolloutView) => environment }] : []),
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
        ...(isOver ? [] : [{ title: 'Waits for', cell: (rollout: RolloutView) => <Waits rollout={rollout} /> }]),
        {
          title: 'Guards',
          cell: ({ assessment }) => (
            <Badge tone={toneOf(assessment.verdict)}>{assessment.verdict.replace('_', ' ')}</Badge>
          ),
        },
        {
          title: 'Begun',
          cell: ({ createdAtMs, createdBy }) => (
            <span title={`by ${createdBy.name}`}>
              <Ago atMs={createdAtMs} /> <span className="faint">{createdBy.name}</span>
            </span>
          ),
        },
      ]}
    />
  );
}

function Waits({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  return waitsFor(rollout).map(({ words, isSomebody }) => (
    <div key={words} className="wait">
      {isSomebody ? <Badge tone="warn">{words}</Badge> : <span className="faint">{words}</span>}
    </div>
  ));
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
