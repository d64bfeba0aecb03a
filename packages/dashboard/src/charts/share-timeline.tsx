import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { DataTable } from '../parts/data-table.tsx';
import { useNow } from '../parts/use-now.ts';
import { useWidth } from '../parts/use-width.ts';
import { formatInstantFully, formatPercent, formatTick } from '../text/format.ts';
import { heightOfShare, labelledShares, shareTimeline, stepPath } from './share-timeline-points.ts';

const HEIGHT = 190;
const LEFT = 46;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 24;
/** Pixels that a label of the time axis needs. */
const TICK_ROOM = 110;
/** Pixels that a label of a share needs above the one below it. */
const SHARE_ROOM = 12;

interface ShareTimelineProps {
  readonly rollout: RolloutView;
  readonly decisions: readonly DecisionView[];
}

/** The percentage over time: what was served, what it is now, and what comes at the earliest. */
export function ShareTimelineChart({ rollout, decisions }: ShareTimelineProps): ReactNode {
  const nowMs = useNow();
  const { ref, width } = useWidth<HTMLDivElement>();
  const { past, ahead, fromMs, toMs } = shareTimeline(rollout, decisions, nowMs);
  const place = {
    x: (atMs: number) => LEFT + ((atMs - fromMs) / (toMs - fromMs)) * (width - LEFT - RIGHT),
    y: (ppm: number) => TOP + (1 - heightOfShare(ppm)) * (HEIGHT - TOP - BOTTOM),
  };
  const nowX = Math.min(place.x(toMs), Math.max(LEFT, place.x(nowMs)));
  const pastPath = stepPath(past, Math.min(nowMs, toMs), place);
  const isKilled = rollout.state.kind === 'aborting' || rollout.state.kind === 'rolledBack';
  const tickCount = Math.max(1, Math.floor((width - LEFT - RIGHT) / TICK_ROOM));
  const ticks = Array.from({ length: tickCount + 1 }, (_, index) => fromMs + ((toMs - fromMs) * index) / tickCount);
  const { treatment, stages } = rollout.plan;
  const labelled = labelledShares({
    shares: stages.map(({ treatmentPpm }) => treatmentPpm),
    present: stages[rollout.stageIndex ?? -1]?.treatmentPpm,
    room: SHARE_ROOM / (HEIGHT - TOP - BOTTOM),
  });
  return (
    <figure className="chart" ref={ref}>
      <svg width={width} height={HEIGHT} role="img" aria-label={`Share of ${treatment} over time`}>
        <title>{`Share of ${treatment} over time`}</title>
        {stages.map(({ treatmentPpm }, index) => (
          <g key={treatmentPpm}>
            <line className="grid" x1={LEFT} x2={width - RIGHT} y1={place.y(treatmentPpm)} y2={place.y(treatmentPpm)} />
            {labelled.has(treatmentPpm) && (
              <text
                className={rollout.stageIndex === index ? 'tick now' : 'tick'}
                x={LEFT - 6}
                y={place.y(treatmentPpm) + 4}
                textAnchor="end"
              >
                {formatPercent(treatmentPpm)}
              </text>
            )}
          </g>
        ))}
        <line className="axis" x1={LEFT} x2={width - RIGHT} y1={place.y(0)} y2={place.y(0)} />
        {ticks.map((atMs, index) => (
          <text
            key={atMs}
            className="tick"
            x={place.x(atMs)}
            y={HEIGHT - 6}
            textAnchor={index === 0 ? 'start' : index === tickCount ? 'end' : 'middle'}
          >
            {formatTick(atMs, toMs - fromMs)}
          </text>
        ))}
        {pastPath !== '' && (
          <path
            className={isKilled ? 'share-area killed' : 'share-area'}
            d={`${pastPath}V${place.y(0)}H${place.x(past[0]?.atMs ?? fromMs)}Z`}
          />
        )}
        <path className="share-ahead" d={stepPath(ahead, ahead.at(-1)?.atMs ?? nowMs, place)} />
        <path className={isKilled ? 'share-line killed' : 'share-line'} d={pastPath} />
        {ahead.length > 0 && (
          <>
            <line className="now-line" x1={nowX} x2={nowX} y1={TOP} y2={place.y(0)} />
            <circle className="now-dot" cx={nowX} cy={place.y(rollout.treatmentPpm)} r={4} />
          </>
        )}
      </svg>
      <details>
        <summary>As a table</summary>
        <DataTable
          caption={`Share of ${treatment} over time`}
          rows={[
            ...past.map((point) => ({ ...point, isAhead: false })),
            ...ahead.slice(1, -1).map((point) => ({ ...point, isAhead: true })),
          ]}
          keyOf={({ atMs, ppm, isAhead }) => `${atMs} ${ppm} ${isAhead}`}
          columns={[
            { title: 'From', cell: ({ atMs }) => formatInstantFully(atMs) },
            { title: 'Share', kind: 'number', cell: ({ ppm }) => formatPercent(ppm) },
            { title: '', cell: ({ isAhead }) => (isAhead ? 'at the earliest' : 'served') },
          ]}
        />
      </details>
    </figure>
  );
}
