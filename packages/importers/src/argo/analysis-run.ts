import type { Findings } from '../canaries/findings.ts';
import type { MeasuredMetric, MeasuringTime } from '../canaries/imported-rollouts.ts';
import type { Members } from '../canaries/members.ts';
import type { AnalysisTemplate } from './analysis-template.ts';
import { readArguments } from './arguments.ts';
import { readDryRuns } from './dry-runs.ts';
import { measuredMetrics } from './measured-metrics.ts';

export type TemplateFinder = (name: string, isCluster: boolean) => AnalysisTemplate | undefined;

export interface AnalysisRun {
  readonly metrics: readonly MeasuredMetric[];
  /** Until the last of its measurements; undefined when there is none. */
  readonly durationMs: number | undefined;
}

interface RunPlace {
  readonly findTemplate: TemplateFinder;
  readonly findings: Findings;
  readonly when: MeasuringTime;
}

/** What a rollout measures: the templates that it names, with its arguments. */
export function readAnalysisRun(analysis: Members, { findTemplate, findings, when }: RunPlace): AnalysisRun {
  const args = readArguments(analysis.listOf('args'));
  const isDryRun = readDryRuns(analysis);
  const leaveOut = (reason: string) => findings.leaveOut(`${analysis.path}: ${reason}`);
  const metrics = analysis.listOf('templates').flatMap((reference) => {
    const name = reference.neededText('templateName');
    const template = findTemplate(name, reference.truth('clusterScope') === true);
    if (template === undefined) leaveOut(`The template ${name} is not in the file, or is refused.`);
    return measuredMetrics(template, { args, when, leaveOut });
  });
  analysis.whole('measurementRetention');
  const observed = metrics.map(
    (metric): MeasuredMetric => (isDryRun(metric.name) ? { ...metric, mode: 'observe' } : metric),
  );
  return { metrics: observed, durationMs: durationOf(observed) };
}

function durationOf(metrics: readonly MeasuredMetric[]): number | undefined {
  const durations = metrics.map(({ limits }) => {
    const { initialDelayMs = 0, intervalMs, count = intervalMs === undefined ? 1 : undefined } = limits;
    return count === undefined ? undefined : initialDelayMs + (count - 1) * (intervalMs ?? 0);
  });
  return durations.includes(undefined) ? undefined : Math.max(0, ...durations.map((durationMs) => durationMs ?? 0));
}
