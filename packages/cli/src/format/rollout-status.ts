import { capsInForce, type Hold, type Releaser } from '@tidegate/analysis';
import { formatElapsed, formatPercent } from '@tidegate/analysis/quantities';
import type { Condition } from '@tidegate/evaluation';
import type { RolloutView } from '@tidegate/protocol';
import { formatTraffic } from './adapters.ts';
import { describeCondition } from './condition.ts';
import { describeConfirmation, describeState, outcomeOf } from './describe-state.ts';
import { formatComposite, formatGuards } from './guards.ts';
import { formatMeasurements } from './measurements.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

/** Everything that there is to know of a rollout now, as lines: what `watch` redraws and `explain` begins with. */
export function formatRolloutStatus(view: RolloutView, nowMs: number, paint: Paint): string[] {
  const confirmation = describeConfirmation(view);
  return [
    `${paint.bold(view.flagKey)}  ${view.environment}  rollout ${view.id}`,
    `${paintOutcome(view, paint)}`,
    `${stageLine(view, paint)}   ${formatPercent(view.treatmentPpm)} get ${view.plan.treatment}, the others ${view.plan.control}`,
    ...capsOf(view),
    ...holdsOf(view).map(
      (hold) => `  ${paint.yellow(hold.reason)}: ${printable(hold.detail)}${remaining(hold, nowMs)}`,
    ),
    ...(view.assessment.guards.length === 0 ? [] : formatGuards(view.assessment, paint)),
    ...formatTraffic(view.traffic ?? [], paint),
    formatComposite(view.assessment),
    ...(view.measurements === undefined ? [] : formatMeasurements(view.measurements, nowMs, paint)),
    ...formatScore(view),
    ...(view.assessment.sampleRatio.verdict === 'failed'
      ? [paint.yellow('the arms are not split as designed: their comparison cannot be trusted')]
      : []),
    ...(confirmation === undefined ? [] : [confirmation]),
  ];
}

/** `1% ▸ 5% ▸ [25%] ▸ 50% ▸ 100%`: where the ramp stands or stopped. */
export function stageLine({ plan, stageIndex }: Pick<RolloutView, 'plan' | 'stageIndex'>, paint: Paint): string {
  return plan.stages
    .map(({ treatmentPpm }, index) => {
      const share = formatPercent(treatmentPpm);
      if (index === stageIndex) return paint.bold(`[${share}]`);
      return stageIndex !== null && index < stageIndex ? share : paint.dim(share);
    })
    .join(' ▸ ');
}

export function formatRolloutTable(views: readonly RolloutView[], paint: Paint): string[] {
  if (views.length === 0) return ['There are no rollouts.'];
  return formatTable({
    header: ['FLAG', 'RULE', 'SHARE', 'CREATED', 'ROLLOUT', 'STATE'].map((text) => paint.dim(text)),
    rows: views.map((view) => [
      view.flagKey,
      view.rule,
      formatPercent(view.treatmentPpm),
      formatInstant(view.createdAtMs),
      view.id,
      paintOutcome(view, paint),
    ]),
    rightAligned: [2],
  });
}

/** Who gets less than the others at the present share: `  at most 5% if country in ["DE"]`. */
function capsOf({ plan, treatmentPpm }: Pick<RolloutView, 'plan' | 'treatmentPpm'>): string[] {
  return capsInForce(plan, treatmentPpm).map(({ condition, treatmentPpm: most }) => {
    // The plan's schema takes conditions of the flag language only.
    const whom = describeCondition(condition as unknown as Condition);
    return `  at most ${formatPercent(most)} if ${whom}`;
  });
}

/** `score 93 of 95 (technical 90, business 100)`. */
function formatScore({ score, plan }: Pick<RolloutView, 'score' | 'plan'>): string[] {
  if (score === undefined || plan.score === undefined) return [];
  const whole = (value: number | null) => (value === null ? '-' : String(Math.floor(value)));
  const groups = score.groups.map((one) => `${printable(one.group)} ${whole(one.score)}`);
  return [`score ${whole(score.value)}, ${plan.score.pass} to pass (${groups.join(', ')})`];
}

function holdsOf({ state }: Pick<RolloutView, 'state'>): readonly Hold[] {
  return 'holds' in state ? (state.holds ?? []) : [];
}

/** Until when, what happens then, or what it waits for: no hold goes without an answer. */
function remaining({ untilMs, outcome, releasedBy }: Hold, nowMs: number): string {
  if (untilMs === null) return ` (until ${RELEASES[releasedBy]})`;
  if (outcome === 'continue' && nowMs >= untilMs) return ' (its deadline has passed: it holds nothing any more)';
  return ` (${formatElapsed(untilMs - nowMs)} left${OUTCOMES[outcome]})`;
}

const RELEASES: Readonly<Record<Releaser, string>> = {
  time: 'its time comes',
  evidence: 'the evidence is there',
  sdks: 'they confirm or leave',
  approval: 'it is approved',
  unfreeze: 'it is unfrozen',
  'other-rollout': 'that rollout succeeds',
  gate: 'the gate says yes',
  traffic: 'the weight is confirmed',
  operator: 'somebody promotes or aborts it',
};

const OUTCOMES: Readonly<Record<Hold['outcome'], string>> = {
  ends: '',
  abort: ', then it is rolled back',
  continue: ', then it goes on',
  hold: ', then it stays held for a person',
};

function paintOutcome(view: RolloutView, paint: Paint): string {
  const words = describeState(view);
  const outcome = outcomeOf(view.state);
  if (outcome === 'killed' || view.state.kind === 'aborting') return paint.red(words);
  if (outcome === 'succeeded') return paint.green(words);
  return view.state.kind === 'paused' || view.state.kind === 'frozen' ? paint.yellow(words) : words;
}
