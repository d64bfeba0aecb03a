import type { Hold } from '@tidegate/analysis';
import type { RolloutView } from '@tidegate/protocol';
import { describeConfirmation, describeState, outcomeOf } from './describe-state.ts';
import { formatElapsed } from './duration.ts';
import { formatComposite, formatGuards } from './guards.ts';
import type { Paint } from './paint.ts';
import { formatPercent } from './percent.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

/** Everything that there is to know of a rollout now, as lines: what `watch` redraws and `explain` begins with. */
export function formatRolloutStatus(view: RolloutView, nowMs: number, paint: Paint): string[] {
  const confirmation = describeConfirmation(view);
  return [
    `${paint.bold(view.flagKey)}  ${view.environment}  rollout ${view.id}`,
    `${paintOutcome(view, paint)}`,
    `${stageLine(view, paint)}   ${formatPercent(view.treatmentPpm)} get ${view.plan.treatment}, the others ${view.plan.control}`,
    ...holdsOf(view).map(
      (hold) => `  ${paint.yellow(hold.reason)}: ${printable(hold.detail)}${remaining(hold, nowMs)}`,
    ),
    ...(view.assessment.guards.length === 0 ? [] : formatGuards(view.assessment, paint)),
    formatComposite(view.assessment),
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

function holdsOf({ state }: Pick<RolloutView, 'state'>): readonly Hold[] {
  return state.kind === 'progressing' || state.kind === 'baking' ? state.holds : [];
}

function remaining({ untilMs }: Hold, nowMs: number): string {
  return untilMs === null ? '' : ` (${formatElapsed(untilMs - nowMs)} left)`;
}

function paintOutcome(view: RolloutView, paint: Paint): string {
  const words = describeState(view);
  const outcome = outcomeOf(view.state);
  if (outcome === 'killed' || view.state.kind === 'aborting') return paint.red(words);
  if (outcome === 'succeeded') return paint.green(words);
  return view.state.kind === 'paused' ? paint.yellow(words) : words;
}
