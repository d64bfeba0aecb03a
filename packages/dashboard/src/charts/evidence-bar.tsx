import type { ReactNode } from 'react';
import { formatEvidence } from '../text/format.ts';

interface EvidenceBarProps {
  readonly title: string;
  /** Natural logarithm of an e-value; JSON has minus infinity as null. */
  readonly value: number | null;
  readonly threshold: number;
  readonly tone: 'kill' | 'safety';
  /** What happens when it is full. */
  readonly then: string;
}

export function EvidenceBar({ title, value, threshold, tone, then }: EvidenceBarProps): ReactNode {
  const known = value ?? 0;
  const text = `${formatEvidence(value ?? Number.NEGATIVE_INFINITY)} of ${threshold.toFixed(2)}`;
  const share = Math.min(1, Math.max(0, known / threshold));
  return (
    <div className="evidence">
      <span>{title}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers let no colour of ours into a meter */}
      <div
        className={`meter ${tone}`}
        role="meter"
        aria-label={title}
        aria-valuemin={0}
        aria-valuemax={Number(threshold.toFixed(2))}
        aria-valuenow={Number((share * threshold).toFixed(2))}
        aria-valuetext={`${text}; ${then} when full`}
        title={`${text} nats; ${then} when full`}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <span className="number">{text}</span>
    </div>
  );
}
