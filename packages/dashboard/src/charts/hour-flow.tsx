import type { RecentEvents } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { DataTable } from '../parts/data-table.tsx';
import { useNow } from '../parts/use-now.ts';
import { useWidth } from '../parts/use-width.ts';
import { formatCount, formatTick } from '../text/format.ts';
import { hourCounts } from './hour-counts.ts';

const HEIGHT = 130;
const LEFT = 52;
const TOP = 8;
const BOTTOM = 20;
const GAP = 2;

type Minutes = RecentEvents['minutes'];

/** Exposures and outcomes of each minute of the last hour, one on the other. */
export function HourFlow({ minutes }: { readonly minutes: Minutes }): ReactNode {
  const nowMs = useNow();
  const { ref, width } = useWidth<HTMLDivElement>();
  const counted = (of: 'exposures' | 'outcomes') =>
    hourCounts(
      minutes.map((minute) => ({ atMs: minute.atMs, count: minute[of] })),
      nowMs,
    );
  const [exposures, outcomes] = [counted('exposures'), counted('outcomes')];
  const most = Math.max(1, ...exposures.map(({ count }, index) => count + (outcomes[index]?.count ?? 0)));
  const step = (width - LEFT) / exposures.length;
  const tall = (count: number) => (count / most) * (HEIGHT - TOP - BOTTOM);
  const floor = HEIGHT - BOTTOM;
  const label = 'Exposures and outcomes of the last hour, by minute';
  return (
    <figure className="chart" ref={ref}>
      <figcaption className="row">
        <span className="dot part-0" /> exposures <span className="dot part-1" /> outcomes
      </figcaption>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <title>{label}</title>
        {[1, 0.5].map((share) => (
          <g key={share}>
            <line
              className="grid"
              x1={LEFT}
              x2={width}
              y1={floor - tall(most * share)}
              y2={floor - tall(most * share)}
            />
            <text className="tick" x={LEFT - 6} y={floor - tall(most * share) + 4} textAnchor="end">
              {formatCount(Math.round(most * share))}
            </text>
          </g>
        ))}
        {exposures.map(({ atMs, count }, index) => {
          const others = outcomes[index]?.count ?? 0;
          const x = LEFT + index * step;
          const wide = Math.max(1, step - GAP);
          return (
            <g key={atMs}>
              <rect className="fill-0" x={x} y={floor - tall(count)} width={wide} height={tall(count)} />
              <rect
                className="fill-1"
                x={x}
                y={floor - tall(count) - tall(others)}
                width={wide}
                height={tall(others)}
              />
            </g>
          );
        })}
        <line className="axis" x1={LEFT} x2={width} y1={floor} y2={floor} />
        {[0, 0.5, 1].map((part) => (
          <text
            key={part}
            className="tick"
            x={LEFT + part * (width - LEFT)}
            y={HEIGHT - 4}
            textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
          >
            {formatTick(nowMs - (1 - part) * 3_600_000, 3_600_000)}
          </text>
        ))}
      </svg>
      <details>
        <summary>As a table</summary>
        <DataTable
          caption={label}
          rows={minutes.toReversed()}
          keyOf={({ atMs }) => String(atMs)}
          columns={[
            { title: 'Minute', cell: ({ atMs }) => formatTick(atMs, 3_600_000) },
            { title: 'Batches', kind: 'number', cell: ({ batches }) => formatCount(batches) },
            { title: 'Evaluations', kind: 'number', cell: ({ evaluations }) => formatCount(evaluations) },
            { title: 'Exposures', kind: 'number', cell: (minute) => formatCount(minute.exposures) },
            { title: 'Outcomes', kind: 'number', cell: (minute) => formatCount(minute.outcomes) },
            { title: 'Dropped', kind: 'number', cell: ({ dropped }) => formatCount(dropped) },
          ]}
        />
      </details>
    </figure>
  );
}
