import type { RolloutView } from '@tidegate/protocol/types';
import { describeConfirmation, describeStages, describeState } from './describe-rollout.ts';
import { element, table } from './element.ts';
import { formatCount, formatElapsed, formatEvidence, formatInstant, formatPercent, formatRatio } from './format.ts';

type Guard = RolloutView['assessment']['guards'][number];

/** One card per rollout: where it stands, what holds it, what its guards say, and who has it. */
export function showRollouts(rollouts: readonly RolloutView[], nowMs: number): readonly Node[] {
  if (rollouts.length === 0) {
    const command = element('code', {}, 'npx tidegate rollout start FLAG');
    return [element('p', { class: 'faint' }, 'There are no rollouts. Start one with ', command, '.')];
  }
  return rollouts.map((rollout) => showRollout(rollout, nowMs));
}

function showRollout(rollout: RolloutView, nowMs: number): Node {
  const { words, tone } = describeState(rollout);
  const { treatment, control } = rollout.plan;
  const shares = `${formatPercent(rollout.treatmentPpm)} get ${treatment}, the others ${control}.`;
  const confirmation = describeConfirmation(rollout);
  return element(
    'article',
    { class: 'card' },
    element(
      'div',
      { class: 'card-title' },
      element('h3', {}, rollout.flagKey, rollout.rule === 'fallthrough' ? '' : ` (rule ${rollout.rule})`),
      element('span', { class: `state ${tone}` }, words),
    ),
    showStages(rollout),
    element('p', {}, shares, rollout.active ? '' : ` It ended ${formatInstant(rollout.updatedAtMs, nowMs)}.`),
    ...showHolds(rollout, nowMs),
    ...showGuards(rollout),
    ...(confirmation === undefined ? [] : [element('p', {}, confirmation)]),
  );
}

function showStages(rollout: RolloutView): Node {
  const stages = describeStages(rollout).map(({ share, mark }) => {
    const current = mark === 'current' || mark === 'stopped' ? { 'aria-current': 'step' } : {};
    return element('li', { class: mark, ...current }, mark === 'stopped' ? `${share} stopped` : share);
  });
  return element('ol', { class: 'stages', 'aria-label': 'Stages' }, ...stages);
}

function showHolds({ state }: RolloutView, nowMs: number): readonly Node[] {
  if ((state.kind !== 'progressing' && state.kind !== 'baking') || state.holds.length === 0) return [];
  const holds = state.holds.map(({ reason, detail, untilMs }) => {
    const left = untilMs === null ? '' : ` ${formatElapsed(untilMs - nowMs)} left.`;
    return element('li', {}, element('strong', {}, reason), `: ${detail}${left}`);
  });
  return [element('p', {}, 'Held by:'), element('ul', { class: 'holds' }, ...holds)];
}

function showGuards({ assessment, plan }: RolloutView): readonly Node[] {
  const { guards, logEvidence, logThreshold, sampleRatio, browserShare } = assessment;
  if (guards.length === 0) return [];
  const ofThreshold = (value: number) => `${formatEvidence(value)} of ${formatEvidence(logThreshold)}`;
  const shown = table<Guard>({
    caption: `Guards, ${plan.treatment} / ${plan.control}; killed when the evidence of all together reaches ${formatEvidence(logThreshold)}`,
    columns: [
      { title: 'Guard', cell: (guard) => guard.metric },
      { title: 'Verdict', cell: (guard) => element('span', { class: toneOf(guard.verdict) }, guard.verdict) },
      { title: 'Evidence of harm', cell: (guard) => evidenceCell(guard.logEvidence, logThreshold) },
      { title: 'Ratio', cell: (guard) => formatRatio(guard.ratio, guard.ratioInterval) },
      { title: 'Units', kind: 'number', cell: (guard) => formatArms(guard.units) },
      { title: 'Events', kind: 'number', cell: (guard) => formatArms(guard.events) },
      { title: 'What would change it', kind: 'text', cell: (guard) => guard.outlook },
    ],
    rows: guards,
  });
  return [
    shown,
    element('p', {}, `Evidence of all guards together: ${ofThreshold(logEvidence)}.`),
    ...(sampleRatio.verdict === 'failed'
      ? [element('p', { class: 'warn' }, 'The arms are not split as designed: their comparison cannot be trusted.')]
      : []),
    ...(browserShare > 0
      ? [element('p', { class: 'faint' }, `${(browserShare * 100).toFixed(1)}% of the units came under a browser key.`)]
      : []),
  ];
}

function evidenceCell(logEvidence: number, logThreshold: number): Node {
  const text = `${formatEvidence(logEvidence)} of ${formatEvidence(logThreshold)}`;
  const value = Number.isFinite(logEvidence) ? Math.min(logThreshold, Math.max(0, logEvidence)) : 0;
  const scale = { min: 0, max: logThreshold, low: logThreshold / 3, high: (logThreshold * 2) / 3, optimum: 0 };
  return element('span', {}, element('meter', { ...scale, value, 'aria-label': text }, text), ` ${text}`);
}

function formatArms({ treatment, control }: { treatment: number; control: number }): string {
  return `${formatCount(treatment)} / ${formatCount(control)}`;
}

function toneOf(verdict: Guard['verdict']): string {
  if (verdict === 'failed') return 'bad';
  if (verdict === 'safe') return 'good';
  return verdict === 'running' ? '' : 'warn';
}
