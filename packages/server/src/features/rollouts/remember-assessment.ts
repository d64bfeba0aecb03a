import type { EvidenceSummary, RolloutAssessment } from '@tidegate/analysis';

/** As many rollouts as one node looks at; beyond, all are assessed anew once. */
const REMEMBERED_MAX = 2_000;

interface Remembered {
  readonly engine: unknown;
  readonly counted: string;
  readonly assessment: RolloutAssessment;
}

const remembered = new Map<string, Remembered>();

/**
 * An assessment is a function of what was counted, and dear; most looks find a rollout of which nothing new was. What
 * the engine has folded is one object until it folds again, so that it is known by identity and the rest by its text.
 */
export function rememberAssessment(
  terms: { readonly rolloutId: string; readonly stageIndex: number; readonly alpha: number },
  summary: EvidenceSummary,
  assess: () => RolloutAssessment,
): RolloutAssessment {
  const { lastExposureAtMs, newestRecordAtMs, ticks, ...sums } = summary;
  const engine = ticks?.state;
  const counted = JSON.stringify([terms, sums, ticks?.pending]);
  const known = remembered.get(terms.rolloutId);
  if (known !== undefined && known.engine === engine && known.counted === counted) return known.assessment;
  const assessment = assess();
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  remembered.set(terms.rolloutId, { engine, counted, assessment });
  return assessment;
}
