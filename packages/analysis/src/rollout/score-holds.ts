import type { DecisionInput } from './decision.ts';
import type { FoundHold } from './found-hold.ts';
import { scoreOf } from './score.ts';
import { stageOf } from './stage-of.ts';
import type { ActiveState } from './state.ts';

const FULL_PPM = 1_000_000;

/**
 * Below `marginal` a person is asked, whose approval holds for the stage whatever the score is then; below `pass` more
 * evidence is waited for. At 100 % nobody is left to compare with, so nothing is scored. A score never kills.
 */
export function scoreHolds({ plan, assessment }: DecisionInput, state: ActiveState): readonly FoundHold[] {
  const { score: rule } = plan;
  if (rule === undefined || stageOf(plan, state.stageIndex).treatmentPpm >= FULL_PPM) return [];
  if (state.accepted?.some(({ reason }) => reason === 'marginal')) return [];
  const value = scoreOf(plan, assessment)?.value ?? null;
  if (value !== null && value < rule.marginal) {
    const detail = `The score is below ${rule.marginal}: a person must look at the guards and approve, or abort.`;
    return [{ reason: 'marginal', source: '', detail, releasedBy: 'approval' }];
  }
  if (value !== null && value >= rule.pass) return [];
  const detail = `The score of the guards must be ${rule.pass} or more.`;
  return [{ reason: 'evidence', source: 'score', detail, releasedBy: 'evidence' }];
}
