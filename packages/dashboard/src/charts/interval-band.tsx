import type { ReactNode } from 'react';
import { useWidth } from '../parts/use-width.ts';
import { bandScale, formatFactor } from './band-scale.ts';

const HEIGHT = 58;
const EDGE = 16;
const MIDDLE = 20;

interface IntervalBandProps {
  readonly label: string;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The ratio that evidence has to rule out before the stage is left; null where none is asked for. */
  readonly margin: number | null;
  readonly harm: 'up' | 'down';
}

/** The estimate with its interval, against no difference (×1) and the margin; the harmful side is shaded. */
export function IntervalBand({ label, ratio, low, high, margin, harm }: IntervalBandProps): ReactNode {
  const { ref, width } = useWidth<HTMLDivElement>();
  const scale = bandScale([ratio, low, high, margin]);
  const x = (value: number) => EDGE + scale.at(value) * (width - 2 * EDGE);
  const [fromX, toX] = [low === null ? EDGE : x(low), high === null ? width - EDGE : x(high)];
  const oneX = x(1);
  const isKnown = ratio !== null || low !== null || high !== null;
  return (
    <div className="chart" ref={ref}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <title>{label}</title>
        <rect
          className="harm-side"
          x={harm === 'up' ? oneX : EDGE}
          y={4}
          width={harm === 'up' ? width - EDGE - oneX : oneX - EDGE}
          height={32}
        />
        <text
          className="tick"
          x={harm === 'up' ? width - EDGE - 4 : EDGE + 4}
          y={15}
          textAnchor={harm === 'up' ? 'end' : 'start'}
        >
          worse
        </text>
        <line className="axis" x1={EDGE} x2={width - EDGE} y1={36} y2={36} />
        {scale.ticks.map((tick) => (
          <text key={tick} className="tick" x={x(tick)} y={51} textAnchor="middle">
            {formatFactor(tick)}
          </text>
        ))}
        <line className="one-line-mark" x1={oneX} x2={oneX} y1={4} y2={40} />
        {margin !== null && <line className="margin-mark" x1={x(margin)} x2={x(margin)} y1={4} y2={40} />}
        {isKnown && (
          <>
            <rect className="band" x={fromX} y={MIDDLE - 4} width={Math.max(2, toX - fromX)} height={8} rx={4} />
            {ratio !== null && <circle className="estimate" cx={x(ratio)} cy={MIDDLE} r={5.5} />}
          </>
        )}
      </svg>
    </div>
  );
}
