import type { MetricLimits } from '@tidegate/analysis/limits';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import { checkedLimits } from '../canaries/checked-limits.ts';
import type { MeasuredMetric } from '../canaries/imported-rollouts.ts';
import type { Members } from '../canaries/members.ts';
import { toProviderGuards } from '../canaries/provider-guards.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import type { Analysis, CanaryPlace } from './canary-place.ts';
import { fillQuery } from './metric-template.ts';

interface MetricPlace extends CanaryPlace {
  readonly spec: Members;
  readonly ticks: Analysis;
}

type WrittenGuard = NonNullable<WrittenPlan['guards']>[number];

export interface CanaryMetrics {
  readonly guards: readonly WrittenGuard[];
  readonly providerGuards: NonNullable<WrittenPlan['providerGuards']>;
  readonly measured: readonly MeasuredMetric[];
}

const ERROR_RATE: WrittenGuard = { template: 'error-rate' };

/** The metrics with their limits, and what the flag's own evidence has in place of those that a mesh measures. */
export function readMetrics(analysis: Members, place: MetricPlace): CanaryMetrics {
  const { findings, ticks } = place;
  const metrics = analysis.listOf('metrics');
  const read = metrics.map((metric) => {
    const name = metric.neededText('name');
    const made = orRefusal(() => measuredMetric(name, metric, place));
    const range = rangeOf(metric, name);
    if (made instanceof Refusal) {
      findings.leaveOut(made.message);
      metric.settle();
    }
    return { name, range, made };
  });
  const made = read.flatMap((one) => (one.made instanceof Refusal ? [] : [one.made]));
  const { guards: providerGuards, left: measured } = toProviderGuards(made, { findings, taken: OWN_NAMES });
  if (measured.length > 0) findings.leaveOut(`${measured.map((one) => one.name).join(', ')}: ${MEASURED}`);
  if (metrics.length > 1) findings.leaveOut(sharedThreshold(ticks.threshold));
  const latency = read.find(({ name, range }) => name === 'request-duration' && range.max !== undefined);
  const guards = latency === undefined ? [] : [{ template: 'latency', args: { slowMs: Number(latency.range.max) } }];
  findings.leaveOut(ownGuards(guards.length > 0));
  return { guards: [ERROR_RATE, ...guards], providerGuards, measured };
}

/** Of the guards that the plan has anyway. */
const OWN_NAMES = ['error-rate', 'latency'];
const MEASURED =
  'among the connections. A guard of the plan asks Prometheus for one number by a query that is in the file. An error of the provider or an empty answer is a failed check in Flagger; here either is named for what it is.';

function sharedThreshold(threshold: number): string {
  return `spec.analysis.threshold counts the failed checks of all metrics and webhooks together: ${threshold} end the rollout. Here each metric has that count for itself.`;
}

function ownGuards(hasLatency: boolean): string {
  const latency = hasLatency ? ', and `latency` those that waited for longer than request-duration allows' : '';
  return `What decides is the evidence of the flag itself: the guard \`error-rate\` compares the units with an error with those of control${latency}.`;
}

interface Range {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

function rangeOf(metric: Members, name: string): Range {
  const range = metric.members('thresholdRange');
  const old = metric.number('threshold');
  // What `threshold` meant before there were ranges: a success rate has to stay above it, all else below.
  if (range === undefined)
    return name === 'request-success-rate' ? { min: old, max: undefined } : { min: undefined, max: old };
  return { min: range.number('min'), max: range.number('max') };
}

function measuredMetric(name: string, metric: Members, place: MetricPlace): MeasuredMetric {
  const { intervalMs, threshold } = place.ticks;
  const path = `The metric ${JSON.stringify(name)}`;
  const { min, max } = rangeOf(metric, name);
  const conditions = [
    ...(min === undefined ? [] : [`result >= ${min}`]),
    ...(max === undefined ? [] : [`result <= ${max}`]),
  ];
  if (conditions.length === 0)
    throw new Refusal(`${path} is left out: without a thresholdRange nothing is ever wrong.`);
  const limits: MetricLimits = {
    successCondition: conditions.join(' && '),
    intervalMs,
    initialDelayMs: intervalMs,
    failureLimit: threshold - 1,
    failureMode: 'total',
  };
  return {
    name,
    provider: providerOf(name, metric, place),
    limits: checkedLimits(limits, path),
    when: { kind: 'throughout', fromStage: 1 },
  };
}

function providerOf(name: string, metric: Members, { spec, manifest, surroundings }: MetricPlace) {
  const reference = metric.members('templateRef');
  const inline = metric.text('query');
  // How far back a query looks; how often it is asked is the interval of the analysis.
  const window = metric.text('interval') ?? '1m';
  const variables = metric.wholeRecord('templateVariables') ?? {};
  if (reference === undefined && inline === undefined) return { kind: 'built-in', metric: name, window };
  const template = reference === undefined ? undefined : findTemplate(reference);
  const target = spec.peekName('targetRef');
  const query = fillQuery(template?.query ?? inline ?? '', {
    name: manifest.name,
    namespace: manifest.namespace,
    target,
    service: spec.peekName('service') ?? target,
    ingress: spec.peekName('ingressRef'),
    interval: window,
    ...Object.fromEntries(
      Object.entries(variables).map(([variable, value]) => [`variables.${variable}`, String(value)]),
    ),
  });
  if ('query' in query) return { ...(template?.provider ?? { kind: 'prometheus' }), query: query.query };
  throw new Refusal(`The metric ${JSON.stringify(name)} is left out: nothing says what ${query.unknown} stands for.`);

  function findTemplate(of: Members) {
    const called = of.neededText('name');
    const found = surroundings.findTemplate(called, of.text('namespace') ?? manifest.namespace);
    if (found !== undefined) return found;
    throw new Refusal(
      `The metric ${JSON.stringify(name)} is left out: its MetricTemplate ${called} is not in the file, or is refused.`,
    );
  }
}
