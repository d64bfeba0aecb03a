import type { MetricWindow } from '@tidegate/protocol';
import type { AnsweredArms } from './metric-provider.ts';
import type { Reading } from './query-language.ts';
import type { ArmReading } from './read-arm.ts';

export type ArmName = 'treatment' | 'control';

export type ArmsReading =
  | {
      readonly kind: 'arms';
      readonly arms: AnsweredArms & { readonly control?: AnsweredArms['treatment'] };
      readonly watermarkAtMs: number;
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'no_data';
      readonly reason: 'empty' | 'zero_denominator' | 'not_yet' | 'one_arm_missing';
      readonly watermarkAtMs: number;
    }
  | Extract<Reading, { kind: 'error' }>;

/** Both arms as one answer: the worse of the two decides, and the data reaches as far as the shorter of them. */
export function joinArms(
  readings: ReadonlyMap<ArmName, ArmReading>,
  { startAtMs, endAtMs }: MetricWindow,
): ArmsReading {
  const all = [...readings.values()];
  const error = all.find((reading) => reading.kind === 'error');
  if (error?.kind === 'error') return error;
  const found = all.flatMap((reading) => (reading.kind === 'arm' ? [reading] : []));
  const watermarkAtMs = Math.min(endAtMs, ...found.map(({ atMs = endAtMs }) => atMs));
  const none = all.find((reading) => reading.kind === 'no_data');
  if (none?.kind === 'no_data') {
    const isOneArm = none.reason === 'empty' && found.length > 0;
    return { kind: 'no_data', watermarkAtMs, reason: isOneArm ? 'one_arm_missing' : none.reason };
  }
  // What is older than the window says nothing of it.
  if (watermarkAtMs < startAtMs) return { kind: 'no_data', watermarkAtMs, reason: 'not_yet' };
  const [treatment, control] = [readings.get('treatment'), readings.get('control')];
  if (treatment?.kind !== 'arm') throw new Error('an answer without a treatment arm');
  const arms = { treatment: treatment.arm, ...(control?.kind === 'arm' ? { control: control.arm } : {}) };
  return { kind: 'arms', arms, watermarkAtMs, warnings: [...new Set(found.flatMap((reading) => reading.warnings))] };
}
