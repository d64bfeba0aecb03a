import type { SampleRatioAssessment } from './assessment.ts';
import type { EngineReading } from './engine/read-engine.ts';
import { estimateRatio } from './estimate-ratio.ts';
import type { LabelCounts } from './label-betting.ts';

/**
 * Whether the arms have the sizes that the ramp designed. A mismatch means that units are lost or doubled on one side
 * (treatment may crash before it reports), and that the guards compare unlike groups.
 */
export function assessSampleRatio(
  units: readonly LabelCounts[],
  { logEvidence, logThreshold, isMismatch }: EngineReading['sampleRatio'],
  { toDecideOnly }: { readonly toDecideOnly?: true } = {},
): SampleRatioAssessment {
  const total = units.reduce((sum, { control, treatment }) => sum + control + treatment, 0);
  return {
    verdict: total === 0 ? 'no_data' : isMismatch ? 'failed' : 'running',
    logEvidence,
    logThreshold,
    oddsRatio: toDecideOnly ? null : estimateRatio(units),
  };
}
