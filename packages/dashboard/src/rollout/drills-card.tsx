import type { DrillRecord, DrillView } from '@tidegate/protocol';
import type { PageOf, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange, useRead } from '../api/use-read.ts';
import { DocsLink } from '../docs/docs-link.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { formatCount, formatPercent } from '../text/format.ts';
import { formatMinutes } from '../text/format-minutes.ts';

/** Enough to know the share that is killed to within some percent, in a second or two. */
const RUNS = 50;

/** What would become of it if a guard went wrong now, in a copy; and what was tried before. */
export function DrillsCard({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const path = `/rollouts/${encodeURIComponent(rollout.id)}/drills`;
  const drills = useRead<PageOf<DrillRecord>>(path);
  const items = drills.data?.items ?? [];
  const { kind } = rollout.state;
  const canBeDrilled = kind === 'progressing' || kind === 'baking' || kind === 'paused';
  return (
    <details className="card">
      <summary>
        <h2>Drills</h2>{' '}
        <span className="faint">
          {items.length === 0 ? 'would it be killed, and how soon? None was held yet.' : `${items.length} held so far`}
        </span>
      </summary>
      <div className="stack">
        <div className="row">
          <p className="faint">
            A copy of the evidence is harmed, and the rules that decide say when they would kill it. Nothing of the
            rollout is touched, and nobody is told.
          </p>
          <span className="bar-space" />
          <DocsLink to="rollouts#while-it-runs-drill" about="drills" />
        </div>
        {canBeDrilled ? (
          <DrillForm rollout={rollout} />
        ) : (
          <p className="note">Only what is progressing, baking or paused can be drilled.</p>
        )}
        <Waiting of={drills} what="drills" />
        {items.length > 0 && (
          <DataTable
            caption="Drills that were held, newest first"
            rows={items}
            keyOf={({ atMs, drill }) => `${atMs} ${drill.metric} ${drill.severity}`}
            columns={[
              { title: 'When', cell: ({ atMs }) => <Instant atMs={atMs} /> },
              { title: 'By', cell: ({ by }) => by.name },
              { title: 'At', kind: 'number', cell: ({ drill }) => formatPercent(drill.treatmentPpm) },
              { title: 'Harm', cell: ({ drill }) => `${drill.metric} ×${drill.severity}` },
              { title: 'Killed', kind: 'number', cell: ({ drill }) => `${drill.killed} of ${drill.runs}` },
              { title: 'After', kind: 'number', cell: ({ drill }) => minutesOr(drill.minutesToKill.median) },
              { title: '9 of 10 by', kind: 'number', cell: ({ drill }) => minutesOr(drill.minutesToKill.p90) },
              { title: 'Treated by then', kind: 'number', cell: ({ drill }) => countOr(drill.treatedUnits.median) },
              { title: 'Told would be', kind: 'wide', cell: ({ drill }) => toldWords(drill) },
            ]}
          />
        )}
      </div>
    </details>
  );
}

function DrillForm({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const deciding = rollout.plan.guards.filter(({ mode }) => mode !== 'observe').map(({ metric }) => metric);
  const guards = deciding.length > 0 ? deciding : rollout.plan.guards.map(({ metric }) => metric);
  const [guard, setGuard] = useState(guards[0] ?? '');
  const [severity, setSeverity] = useState('2');
  const [unitsPerMinute, setUnitsPerMinute] = useState('');
  const [rate, setRate] = useState('');
  const drill = useChange(({ api, base }, body: object) =>
    api.send<DrillView>('POST', `${base}/rollouts/${encodeURIComponent(rollout.id)}/drill`, { body }),
  );
  const traffic = {
    ...(unitsPerMinute.trim() === '' ? {} : { unitsPerMinute: Number(unitsPerMinute) }),
    ...(rate.trim() === ''
      ? {}
      : { rates: Object.fromEntries(rollout.plan.guards.map(({ metric }) => [metric, Number(rate) / 100])) }),
  };
  return (
    <>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          drill.mutate({ guard, severity: Number(severity), traffic, runs: RUNS });
        }}
      >
        <label className="field">
          Guard
          <select value={guard} onChange={(event) => setGuard(event.target.value)}>
            {guards.map((metric) => (
              <option key={metric}>{metric}</option>
            ))}
          </select>
        </label>
        <label className="field">
          Times as bad
          <input inputMode="decimal" value={severity} onChange={(event) => setSeverity(event.target.value)} />
        </label>
        <label className="field">
          New units a minute
          <input
            inputMode="decimal"
            placeholder="as measured"
            value={unitsPerMinute}
            onChange={(event) => setUnitsPerMinute(event.target.value)}
          />
        </label>
        <label className="field">
          Rate in control, %
          <input
            inputMode="decimal"
            placeholder="as measured"
            value={rate}
            onChange={(event) => setRate(event.target.value)}
          />
        </label>
        <button type="submit" disabled={drill.isPending}>
          {drill.isPending ? 'Drilling …' : 'Hold a drill'}
        </button>
      </form>
      <ProblemNote error={drill.error} />
      {drill.data !== undefined && <DrillResult drill={drill.data} />}
    </>
  );
}

function DrillResult({ drill }: { readonly drill: DrillView }): ReactNode {
  const { killed, runs, minutesToKill, treatedUnits, decision, traffic } = drill;
  const sources = traffic.map(({ of, origin }) => `${of} ${origin}`).join(', ');
  return (
    <div className={killed === runs ? 'note good' : 'note warn'} role="status">
      <p>
        <strong>
          {killed} of {runs} copies were killed
        </strong>
        {minutesToKill.median !== null &&
          `, after ${formatMinutes(minutesToKill.median)}, 9 of 10 within ${minutesOr(minutesToKill.p90)}, with ${countOr(treatedUnits.median)} treated units by then.`}
      </p>
      {decision !== null && <p>The decision: {decision.reason}</p>}
      <p>It would go to {toldWords(drill)}.</p>
      <p className="faint">It goes by: {sources}.</p>
    </div>
  );
}

function toldWords({ told: { connectedSdks, notificationTargets } }: DrillView): string {
  const sdks = `${formatCount(connectedSdks)} connected SDKs`;
  return notificationTargets.length === 0
    ? `${sdks}, no channel and no hook`
    : [sdks, ...notificationTargets].join(', ');
}

function minutesOr(minutes: number | null): string {
  return minutes === null ? '–' : formatMinutes(minutes);
}

function countOr(count: number | null): string {
  return count === null ? '–' : formatCount(Math.round(count));
}
