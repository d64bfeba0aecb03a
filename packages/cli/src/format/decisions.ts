import type { DecisionView } from '@tidegate/protocol';
import { formatEvidence } from './describe-state.ts';
import type { Paint } from './paint.ts';
import { formatCount, formatInstant, printable } from './text.ts';

/** What was decided, oldest first, each with what it was decided from. */
export function formatDecisions(decisions: readonly DecisionView[], paint: Paint): string[] {
  return decisions.flatMap((decision) => formatDecision(decision, paint));
}

function formatDecision(view: DecisionView, paint: Paint): string[] {
  const { assessment, summary, confirmation } = view.input;
  const revision = view.revision === null ? '' : `  revision ${view.revision}`;
  const guards = assessment.guards.map(
    (guard) =>
      `${guard.metric} ${guard.verdict}, events ${formatCount(guard.events.treatment)} / ${formatCount(guard.events.control)}, evidence ${formatEvidence(guard.logEvidence)}`,
  );
  const evidence =
    summary.unitCount === 0
      ? 'nothing was measured yet'
      : `${formatCount(summary.unitCount)} units; ${guards.join('; ')}; together ${formatEvidence(assessment.logEvidence)} of ${formatEvidence(assessment.logThreshold)}`;
  return [
    `${paint.dim(`#${view.sequence}`)}  ${formatInstant(view.atMs)}  ${paintKind(view.kind, paint)}${paint.dim(revision)}`,
    `    ${printable(view.reason)}`,
    `    ${paint.dim(evidence)}`,
    ...(view.kind === 'confirm'
      ? [
          `    ${paint.dim(`${confirmation.confirmedCount} of ${confirmation.connectedCount} connected SDKs had confirmed`)}`,
        ]
      : []),
  ];
}

function paintKind(kind: DecisionView['kind'], paint: Paint): string {
  if (kind === 'kill') return paint.red(kind);
  if (kind === 'advance' || kind === 'succeed' || kind === 'bake') return paint.green(kind);
  return kind === 'hold' || kind === 'pause' || kind === 'refuse' ? paint.yellow(kind) : kind;
}
