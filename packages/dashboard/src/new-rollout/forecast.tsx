import { type UseQueryResult, useMutation } from '@tanstack/react-query';
import type { LintView, SimulationView } from '@tidegate/protocol';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { DocsLink } from '../docs/docs-link.tsx';
import { Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { formatElapsed, formatPercent } from '../text/format.ts';
import type { PlanDraft } from './plan-draft.ts';
import { Notes } from './plan-fields.tsx';
import { gathered } from './plan-notes.ts';
import { SimulationPicture } from './simulation-picture.tsx';

/** What somebody means by a start: at once, later, or instead of the rollout that has the rule. */
export type StartOrder = 'start' | 'draft' | 'force';

interface OpinionProps {
  readonly draft: PlanDraft;
  readonly lint: UseQueryResult<LintView>;
  /** Nothing can be said of what cannot be read. */
  readonly isReadable: boolean;
  readonly onStart: (order: StartOrder) => void;
}

/** What keeps a rule from its second rollout, and what one may do about it. */
const RULE_TAKEN = 'rule-owned-by-rollout';
const FOLLOWS = 'rule-does-not-serve-control';

/** What the server thinks of the plan, each word with the place that it is about. */
export function Opinion({ draft, lint, isReadable, onStart }: OpinionProps): ReactNode {
  const { notes, understood } = draft;
  const refusals = notes.filter(({ tone }) => tone === 'bad');
  const isFresh = isReadable && !lint.isPlaceholderData && lint.data !== undefined && lint.error === null;
  const isStartable = isFresh && understood !== null && refusals.length === 0;
  const isTaken =
    isFresh &&
    refusals.some(({ code }) => code === RULE_TAKEN) &&
    refusals.every(({ code }) => code === RULE_TAKEN || code === FOLLOWS);
  return (
    <section className="card stack" aria-labelledby="forecast-title">
      <h2 id="forecast-title">What the server thinks of it</h2>
      {notes.length === 0 && <Waiting of={lint} what="opinion" />}
      {understood !== null && (
        <ol className="stages wrap" aria-label="Stages">
          {understood.stages.map(({ treatmentPpm, dwellMs }, index) => (
            <li key={index} className="past" title={`${formatElapsed(dwellMs)} at least`}>
              {formatPercent(treatmentPpm)}
            </li>
          ))}
        </ol>
      )}
      <Notes notes={gathered(notes)} />
      {isStartable && notes.length === 0 && <p className="note good">Nothing speaks against it.</p>}
      <div className="actions">
        {isTaken && (
          <button type="button" onClick={() => onStart('force')}>
            Take the rule from it
          </button>
        )}
        <button type="button" disabled={!isStartable} onClick={() => onStart('draft')}>
          Keep as a draft
        </button>
        <button type="button" className="primary" disabled={!isStartable} onClick={() => onStart('start')}>
          Start the rollout
        </button>
      </div>
    </section>
  );
}

/** Hurts half as much again, twice, and five times: what people ask about. */
const SEVERITIES = [1.5, 2, 5];

/** Enough to see the picture, in a few seconds of one processor. */
const RUNS = 40;

/** What would become of it, before anybody is served anything. */
export function Forecast({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const { api, base } = usePlace();
  const { plan, understood } = draft;
  const [unitsPerMinute, setUnitsPerMinute] = useState('');
  const [rate, setRate] = useState('1');
  const simulation = useMutation({
    mutationFn: () =>
      api.send<SimulationView>('POST', `${base}/rollouts/simulate`, {
        body: {
          plan,
          severities: SEVERITIES,
          runs: RUNS,
          traffic: {
            ...(unitsPerMinute.trim() === '' ? {} : { unitsPerMinute: Number(unitsPerMinute) }),
            ...(rate.trim() === '' || understood === null ? {} : { rates: ratesOf(understood, Number(rate) / 100) }),
          },
        },
      }),
  });
  return (
    <section className="card stack" aria-labelledby="simulation-title">
      <div className="row">
        <h2 id="simulation-title">What would become of it</h2>
        <span className="bar-space" />
        <DocsLink to="rollouts#before-the-start-simulate" about="simulation" />
      </div>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          simulation.mutate();
        }}
      >
        <label className="field">
          New units a minute
          <input
            inputMode="decimal"
            value={unitsPerMinute}
            placeholder="as measured"
            onChange={(event) => setUnitsPerMinute(event.target.value)}
          />
        </label>
        <label className="field">
          Rate in control, %
          <input
            inputMode="decimal"
            value={rate}
            placeholder="as measured"
            onChange={(event) => setRate(event.target.value)}
          />
        </label>
        <button type="submit" disabled={simulation.isPending || understood === null}>
          {simulation.isPending ? 'Simulating …' : 'Simulate'}
        </button>
      </form>
      <ProblemNote error={simulation.error} />
      {simulation.data !== undefined && <SimulationPicture simulation={simulation.data} />}
      {simulation.data === undefined && simulation.error === null && (
        <p className="faint">
          The plan is carried on many times with drawn traffic, once without harm and once with each of ×
          {SEVERITIES.join(', ×')}. Nothing is written.
        </p>
      )}
    </section>
  );
}

function ratesOf({ guards }: NonNullable<LintView['plan']>, rate: number): Readonly<Record<string, number>> {
  return Object.fromEntries(guards.map(({ metric }) => [metric, rate]));
}
