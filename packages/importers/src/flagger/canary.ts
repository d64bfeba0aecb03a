import type { WrittenPlan } from '@tidegate/analysis/plans';
import { goDurationMs } from '../canaries/durations.ts';
import type { Findings } from '../canaries/findings.ts';
import type { Connections } from '../canaries/imported-rollouts.ts';
import { Members } from '../canaries/members.ts';
import { ASK_A_PERSON, StageList } from '../canaries/stage-list.ts';
import { TREATMENT } from '../canaries/to-imported.ts';
import { Refusal } from '../refusal.ts';
import type { Analysis, CanaryPlace } from './canary-place.ts';
import { gatesOf } from './gates.ts';
import { readMetrics } from './metrics.ts';
import { readWebhooks, type Webhook } from './webhooks.ts';

const FULL_PPM = 1_000_000;
const PERCENT_PPM = 10_000;
/** The same that Flagger takes when nothing is said. */
const INTERVAL_DEFAULT = '60s';
const THRESHOLD_DEFAULT = 1;
/** It takes shorter ones for this. */
const INTERVAL_MIN_MS = 10_000;

export function readCanary(
  spec: Members,
  place: CanaryPlace,
): { readonly plan: WrittenPlan; readonly connections: Connections } {
  const { findings, manifest } = place;
  const isUnwatched = spec.truth('skipAnalysis') === true;
  // Before `analysis` it was called `canaryAnalysis`.
  const analysis =
    spec.members('analysis') ??
    spec.members('canaryAnalysis') ??
    (isUnwatched ? new Members({}, 'spec.analysis') : undefined);
  if (analysis === undefined) throw new Refusal('It has no spec.analysis: nothing says how the traffic moves.');
  const intervalText = analysis.text('interval') ?? INTERVAL_DEFAULT;
  const ticks: Analysis = {
    intervalMs: Math.max(goDurationMs(intervalText, analysis.pathOf('interval')), INTERVAL_MIN_MS),
    threshold: analysis.count('threshold') || THRESHOLD_DEFAULT,
  };
  const metrics = readMetrics(analysis, { ...place, spec, ticks });
  const webhooks = readWebhooks(analysis, findings);
  const { isFullBefore, ...stages } = isUnwatched
    ? { ...unwatched(analysis, findings), isFullBefore: false }
    : readStages(analysis, { ticks, webhooks, findings });
  if (analysis.members('sessionAffinity') !== undefined) {
    analysis.whole('sessionAffinity');
    findings.note('A unit always keeps its variation while the share rises, without a cookie.');
  }
  const others = webhooks.filter(({ isGate }) => !isGate);
  const gates = isUnwatched
    ? []
    : gatesOf(
        webhooks.flatMap(({ webhook, isGate }) => (isGate ? [webhook] : [])),
        { intervalMs: ticks.intervalMs, isFullBefore, findings },
      );
  findings.note(SAMPLES);
  return {
    plan: {
      flag: manifest.name,
      treatment: TREATMENT,
      ...stages,
      guards: metrics.guards,
      ...(metrics.providerGuards.length === 0 ? {} : { providerGuards: metrics.providerGuards }),
      ...(gates.length === 0 ? {} : { gates }),
    },
    connections: {
      ...(metrics.measured.length === 0 ? {} : { metrics: metrics.measured }),
      ...(others.length === 0 ? {} : { webhooks: others.map(({ webhook }) => webhook) }),
    },
  };
}

const SAMPLES =
  'A stage is also left only once each arm has 100 units (minUnits), and the guards stay armed after 100 % (bake): Flagger asks for neither.';

/** Nothing is looked at there; here the guards stay armed. */
function unwatched(analysis: Members, findings: Findings): Pick<WrittenPlan, 'stages' | 'bake'> {
  for (const name of ['maxWeight', 'stepWeight', 'stepWeights', 'iterations', 'match']) analysis.whole(name);
  findings.note('skipAnalysis: everybody is treated at once.');
  return new StageList().finish();
}

interface Steps {
  readonly ticks: Analysis;
  readonly webhooks: readonly Webhook[];
  readonly findings: Findings;
}

/** `isFullBefore`: everybody is treated before Flagger would promote. */
function readStages(
  analysis: Members,
  steps: Steps,
): Pick<WrittenPlan, 'stages' | 'bake'> & { readonly isFullBefore: boolean } {
  if (analysis.listOf('match').length > 0) {
    throw new Refusal(
      `${analysis.pathOf('match')} is refused: the scope of a stage is not supported yet. Put a rule for these users before the others, and roll that out first.`,
    );
  }
  const { ticks, webhooks, findings } = steps;
  const asks = (at: string) => webhooks.some(({ asksBefore }) => asksBefore === at);
  const list = new StageList();
  if (asks('start')) list.ask(ASK_A_PERSON);
  const iterations = analysis.count('iterations') ?? 0;
  if (iterations > 0) {
    if (asks('promote')) list.ask(ASK_A_PERSON);
    list.rise(FULL_PPM, analysis.pathOf('iterations'));
    list.stay(iterations * ticks.intervalMs);
    for (const name of ['maxWeight', 'stepWeight', 'stepWeights']) analysis.whole(name);
    findings.leaveOut(BLUE_GREEN);
    return { ...list.finish(), isFullBefore: false };
  }
  const shares = readShares(analysis, findings);
  for (const ppm of shares) {
    if (asks('advance')) list.ask(ASK_A_PERSON);
    list.rise(ppm, analysis.path);
    list.stay(ticks.intervalMs);
  }
  if (asks('promote') && !list.ask(ASK_A_PERSON)) {
    findings.leaveOut('The gate before promotion has no place: everybody is treated by then.');
  }
  return { ...list.finish(), isFullBefore: shares.at(-1) === FULL_PPM };
}

const BLUE_GREEN =
  'spec.analysis.iterations are measured after the switch, as the bake, and not before it: a flag that nobody is served has nothing to measure. At 100 % there is no control either, so give a guard a maxRate.';

/** The weights that it goes through, as shares. A cap is a cap: Flagger steps over `maxWeight` where it is no multiple. */
function readShares(analysis: Members, findings: Findings): readonly number[] {
  const step = analysis.count('stepWeight') ?? 0;
  const written = analysis.whole('stepWeights');
  const max = analysis.count('maxWeight') || 100;
  if (step > 0) {
    const cap = Math.min(max, 100);
    const count = Math.ceil(cap / step);
    if (cap % step !== 0) {
      findings.note(`Flagger would step over maxWeight, to ${count * step} %; the plan stops at ${cap} %.`);
    }
    return Array.from({ length: count }, (_, index) => Math.min((index + 1) * step, cap) * PERCENT_PPM);
  }
  if (!Array.isArray(written) || written.length === 0) {
    throw new Refusal(`${analysis.path} has neither stepWeight, nor stepWeights, nor iterations: nothing moves.`);
  }
  return written.map((weight: unknown, index) => {
    const isWeight = typeof weight === 'number' && Number.isInteger(weight) && weight >= 1 && weight <= 100;
    if (isWeight) return weight * PERCENT_PPM;
    throw new Refusal(`${analysis.pathOf('stepWeights')}[${index}] must be a whole percent from 1 to 100.`);
  });
}
