import type { Guard, Rollout } from './tidegate-rest.ts';

/** Steps of evidence that are worth a line: half of the way to the kill. */
const EVIDENCE_STEPS = 2;

/** What happened to a rollout between two looks, in sentences; nothing when nothing did. */
export function tell(before: Rollout | undefined, now: Rollout): string[] {
  const { kind } = now.state;
  if (before?.state.kind === kind && before.state.stageIndex === now.state.stageIndex) return tellEvidence(before, now);
  switch (kind) {
    case 'progressing':
      return [
        before === undefined
          ? `starts: ${shareOf(now)} of the visitors get the new page`
          : `goes to ${shareOf(now)}: ${evidenceOf(now)}; ${seenIn(now)}`,
      ];
    case 'baking':
      return [`serves everybody; late outcomes can still kill it for ${now.plan.bakeMs / 1_000} s`];
    case 'succeeded':
      return ['SUCCEEDED: everybody gets the new page, and the rule is an ordinary one again'];
    case 'aborting':
      return tellKill(now);
    case 'rolledBack':
      return before?.state.kind === 'aborting' ? [] : tellKill(now);
    case 'paused':
    case 'scheduled':
    case 'cancelled':
      return [`is ${kind}`];
    default:
      throw kind satisfies never;
  }
}

function tellEvidence(before: Rollout, now: Rollout): string[] {
  if (stepOf(now) <= stepOf(before) || stepOf(now) >= EVIDENCE_STEPS) return [];
  return [`looks worse: ${evidenceOf(now)}; ${seenIn(now)}`];
}

function tellKill(now: Rollout): string[] {
  const { plan, state, assessment } = now;
  const ppm = plan.stages[state.fromStageIndex ?? 0]?.treatmentPpm ?? 0;
  const [guard] = assessment.guards;
  const ratio = guard?.ratio === null || guard === undefined ? '' : `: ${guard.ratio.toFixed(1)} times as many`;
  return [
    `KILLED at ${ppm / 10_000} %: ${evidenceOf(now)}`,
    ...(guard === undefined ? [] : [`${seenIn(now)}${ratio}`]),
  ];
}

function stepOf({ assessment }: Rollout): number {
  return Math.floor((Math.max(0, assessment.logEvidence) / assessment.logThreshold) * EVIDENCE_STEPS);
}

function evidenceOf({ assessment }: Rollout): string {
  return `evidence of harm ${assessment.logEvidence.toFixed(2)} of ${assessment.logThreshold.toFixed(2)}`;
}

function seenIn({ assessment }: Rollout): string {
  const [guard] = assessment.guards;
  if (guard === undefined) return 'no visitors';
  const seen = (arm: 'control' | 'treatment') => `${guard.units[arm]} visitors (${failuresOf(guard, arm)})`;
  return `new page ${seen('treatment')}, old page ${seen('control')}`;
}

function failuresOf({ units, events }: Guard, arm: 'control' | 'treatment'): string {
  return units[arm] === 0 ? 'nobody' : `${((100 * events[arm]) / units[arm]).toFixed(1)} % failed`;
}

function shareOf({ plan, state }: Rollout): string {
  return `${(plan.stages[state.stageIndex ?? 0]?.treatmentPpm ?? 0) / 10_000} %`;
}
