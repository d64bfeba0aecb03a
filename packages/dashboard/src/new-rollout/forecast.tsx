import { useMutation, useQuery } from '@tanstack/react-query';
import type { LintView, SimulationView } from '@tidegate/protocol';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { formatElapsed, formatPercent } from '../text/format.ts';
import { type PlanForm, writtenPlan } from './plan-form.ts';
import { SimulationPicture } from './simulation-picture.tsx';

/** Hurts twice as much, and half as much again: the two that people ask about. */
const SEVERITIES = [1.5, 2, 5];

/** Enough to see the picture, in a few seconds of one processor. */
const RUNS = 40;

interface ForecastProps {
  readonly form: PlanForm;
  readonly onStart: () => void;
}

/** What the server thinks of the plan, and what would become of it: before anybody is served anything. */
export function Forecast({ form, onStart }: ForecastProps): ReactNode {
  const { api, base, environment } = usePlace();
  const plan = useDeferredValue(JSON.stringify(writtenPlan(form)));
  const lint = useQuery({
    queryKey: [environment, 'lint', plan],
    queryFn: () => api.send<LintView>('POST', `${base}/rollouts/lint`, { body: { plan: JSON.parse(plan) } }),
    placeholderData: (before) => before,
    retry: false,
  });
  const [unitsPerMinute, setUnitsPerMinute] = useState('');
  const [rate, setRate] = useState('1');
  const simulation = useMutation({
    mutationFn: () =>
      api.send<SimulationView>('POST', `${base}/rollouts/simulate`, {
        body: {
          plan: JSON.parse(plan),
          severities: SEVERITIES,
          runs: RUNS,
          traffic: {
            ...(unitsPerMinute.trim() === '' ? {} : { unitsPerMinute: Number(unitsPerMinute) }),
            ...(rate.trim() === ''
              ? {}
              : { rates: Object.fromEntries(form.guards.map(({ name }) => [name, Number(rate) / 100])) }),
          },
        },
      }),
  });
  const told = lint.data;
  const stages = told?.plan?.stages ?? [];
  const isStartable = told !== undefined && told.plan !== null && told.refusals.length === 0;
  return (
    <div className="stack sticky">
      <section className="card stack" aria-labelledby="forecast-title">
        <h2 id="forecast-title">What the server thinks of it</h2>
        <Waiting of={lint} what="opinion" />
        {stages.length > 0 && (
          <ol className="stages" aria-label="Stages">
            {stages.map(({ treatmentPpm, dwellMs }) => (
              <li key={treatmentPpm} className="past" title={`${formatElapsed(dwellMs)} at least`}>
                {formatPercent(treatmentPpm)}
              </li>
            ))}
          </ol>
        )}
        {told?.refusals.map(({ code, pointer, detail }) => (
          <div key={`${code} ${pointer}`} className="note bad">
            {detail} <code>{code}</code>
          </div>
        ))}
        {told?.warnings.map(({ id, detail, why, sentence, pointer }) => (
          <details key={`${id} ${pointer}`} className="note warn">
            <summary>{sentence}</summary>
            <p>
              {detail} {why}
            </p>
          </details>
        ))}
        {isStartable && told.warnings.length === 0 && <p className="note good">Nothing speaks against it.</p>}
        <div className="actions">
          <button type="button" className="primary" disabled={!isStartable} onClick={onStart}>
            Start the rollout
          </button>
        </div>
      </section>
      <section className="card stack" aria-labelledby="simulation-title">
        <h2 id="simulation-title">What would become of it</h2>
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
          <button type="submit" disabled={simulation.isPending || !isStartable}>
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
    </div>
  );
}
