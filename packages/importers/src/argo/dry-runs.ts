import type { Members } from '../canaries/members.ts';
import { Refusal } from '../refusal.ts';

/**
 * Which metrics are only shown. Argo takes each name for a regular expression that may match anywhere
 * (`utils/analysis/helpers.go`); those that are plain words, or words and `.*`, need none.
 */
export function readDryRuns(analysis: Members): (name: string) => boolean {
  const words = analysis.listOf('dryRun').map((run) => {
    const pattern = run.neededText('metricName');
    const [, word] = /^([\w-]*)(?:\.\*)?$/.exec(pattern) ?? [];
    if (word !== undefined) return word;
    throw new Refusal(`${run.pathOf('metricName')} is a pattern: name the metrics one by one.`);
  });
  return (name) => words.some((word) => name.includes(word));
}
