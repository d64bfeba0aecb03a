import type { MeasurementView, RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Ago, Instant } from '../parts/instant.tsx';
import { formatCount } from '../text/format.ts';

/** What metric providers measured, each against its limits. */
export function MeasuredCards({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const { measurements = [], plan } = rollout;
  if (measurements.length === 0) return null;
  return (
    <section aria-labelledby="measured-title" className="stack">
      <div className="row">
        <h2 id="measured-title">Measured by providers</h2>
        <span className="faint">Held to limits, which have no bound on false alarms.</span>
      </div>
      <div className="guards">
        {measurements.map((measurement) => (
          <MeasuredCard
            key={measurement.name}
            measurement={measurement}
            planned={plan.providerGuards?.find(({ name }) => name === measurement.name)}
          />
        ))}
      </div>
    </section>
  );
}

const TONES: Readonly<Record<string, Tone>> = {
  failed: 'bad',
  error: 'warn',
  inconclusive: 'warn',
  successful: 'good',
};

interface MeasuredCardProps {
  readonly measurement: MeasurementView;
  readonly planned: NonNullable<RolloutView['plan']['providerGuards']>[number] | undefined;
}

function MeasuredCard({ measurement, planned }: MeasuredCardProps): ReactNode {
  const { name, provider, mode, verdict, detail, counts, lastAnswer, lastError, nextAtMs } = measurement;
  const limits = planned?.limits ?? {};
  const { failureLimit = 0 } = limits;
  return (
    <article className="card stack guard" aria-label={`Guard ${name} of ${provider}`}>
      <div className="row">
        <h3>{name}</h3>
        <Badge tone={TONES[verdict] ?? 'plain'}>{verdict.replace('_', ' ')}</Badge>
        {mode === 'observe' && <Badge>only observed</Badge>}
        <span className="bar-space" />
        <span className="faint">{provider}</span>
      </div>
      <p>{detail}</p>
      {limits.failureCondition !== undefined && (
        <p className="faint">
          Fails when <code>{limits.failureCondition}</code>
        </p>
      )}
      {limits.successCondition !== undefined && (
        <p className="faint">
          Is good when <code>{limits.successCondition}</code>
        </p>
      )}
      {lastAnswer !== null && (
        <DataTable
          caption={`The newest values of ${name}`}
          rows={armsOf(lastAnswer.arms)}
          keyOf={({ arm }) => arm}
          columns={[
            { title: 'Arm', cell: ({ arm }) => arm },
            { title: 'Measured', kind: 'number', cell: ({ words }) => words },
          ]}
        />
      )}
      <dl className="facts">
        <div>
          <dt>Good</dt>
          <dd>{formatCount(counts.good)}</dd>
        </div>
        <div>
          <dt>Failed, of {failureLimit === -1 ? 'any number' : failureLimit} allowed</dt>
          <dd className={counts.failed > 0 ? 'warn' : ''}>{formatCount(counts.failed)}</dd>
        </div>
        <div>
          <dt>Neither</dt>
          <dd>{formatCount(counts.inconclusive)}</dd>
        </div>
      </dl>
      <p className="faint">
        {lastAnswer !== null && (
          <>
            Measured <Ago atMs={lastAnswer.atMs} />, {lastAnswer.verdict.replace('_', ' ')}.{' '}
          </>
        )}
        {nextAtMs !== null && (
          <>
            Next at <Instant atMs={nextAtMs} />.
          </>
        )}
      </p>
      {lastError !== null && (
        <p className="note warn">
          <Ago atMs={lastError.atMs} />: {lastError.class.replace('_', ' ')}. {lastError.message}
        </p>
      )}
    </article>
  );
}

type Arms = NonNullable<MeasurementView['lastAnswer']>['arms'];

function armsOf({ treatment, control }: Arms): readonly { readonly arm: string; readonly words: string }[] {
  const rows = [{ arm: 'treatment', words: wordsOf(treatment) }];
  return control === undefined ? rows : [...rows, { arm: 'control', words: wordsOf(control) }];
}

function wordsOf(arm: Arms['treatment']): string {
  if (arm.kind === 'scalar') return String(Number(arm.value.toPrecision(4)));
  return `${formatCount(arm.events)} of ${formatCount(arm.units)} (${formatShare(arm.events, arm.units)})`;
}

function formatShare(events: number, units: number): string {
  return units === 0 ? '–' : `${((events / units) * 100).toFixed(2)}%`;
}
