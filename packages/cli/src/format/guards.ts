import type { GuardAssessment, RolloutAssessment } from '@tidegate/analysis';
import { formatEvidence } from './describe-state.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatCount, printable } from './text.ts';

const BAR_CELLS = 12;

/** One row per guard: what was seen in each arm, and how far the evidence is from the kill. */
export function formatGuards(assessment: RolloutAssessment, paint: Paint): string[] {
  const rows = assessment.guards.map((guard) => [
    guard.metric,
    paintVerdict(guard.verdict, paint),
    formatArms(guard.units),
    formatArms(guard.events),
    formatRatio(guard),
    formatEvidence(guard.logEvidence),
    evidenceBar(guard.logEvidence, assessment.logThreshold),
  ]);
  return formatTable({
    header: ['GUARD', 'VERDICT', 'UNITS T/C', 'EVENTS T/C', 'RATIO', 'EVIDENCE', ''].map((text) => paint.dim(text)),
    rows,
    rightAligned: [2, 3, 5],
    indent: '  ',
  });
}

/** What the controller compares: the guards together, against the threshold. */
export function formatComposite({ logEvidence, logThreshold }: RolloutAssessment): string {
  return `evidence of harm, all guards together: ${formatEvidence(logEvidence)}; killed at ${formatEvidence(logThreshold)}`;
}

export function formatOutlooks(assessment: RolloutAssessment): string[] {
  return assessment.guards
    .filter((guard) => guard.outlook !== '')
    .map((guard) => `  ${guard.metric}: ${printable(guard.outlook)}`);
}

/** The share of the way from no evidence to the kill. */
export function evidenceBar(logEvidence: number, logThreshold: number): string {
  const share = logThreshold > 0 && Number.isFinite(logEvidence) ? logEvidence / logThreshold : 0;
  const filled = Math.floor(Math.min(1, Math.max(0, share)) * BAR_CELLS);
  return '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
}

function formatArms({ treatment, control }: { treatment: number; control: number }): string {
  return `${formatCount(treatment)} / ${formatCount(control)}`;
}

/** `1.20 (0.81 to 1.78)`, with `…` for an open bound. */
function formatRatio({ ratio, ratioInterval: { low, high } }: GuardAssessment): string {
  const interval = low === null && high === null ? '' : ` (${low?.toFixed(2) ?? '…'} to ${high?.toFixed(2) ?? '…'})`;
  return `${ratio === null ? 'unknown' : ratio.toFixed(2)}${interval}`;
}

function paintVerdict(verdict: GuardAssessment['verdict'], paint: Paint): string {
  switch (verdict) {
    case 'failed':
      return paint.red(verdict);
    case 'error':
    case 'inconclusive':
    case 'no_data':
    case 'no_control':
      return paint.yellow(verdict);
    case 'safe':
      return paint.green(verdict);
    case 'running':
      return verdict;
    default:
      throw verdict satisfies never;
  }
}
