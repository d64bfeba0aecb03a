import type { SimulationView } from '@tidegate/protocol';
import type { ReactNode } from 'react';
import { heightOfShare, stepPath } from '../charts/share-timeline-points.ts';
import { DataTable } from '../parts/data-table.tsx';
import { useWidth } from '../parts/use-width.ts';
import { formatCount, formatPercent } from '../text/format.ts';
import { formatMinutes } from '../text/format-minutes.ts';
import { type SimulatedKill, simulationScale } from './simulation-scale.ts';

const RAMP_HEIGHT = 110;
const LANE_HEIGHT = 30;
const LEFT = 46;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 20;

/** The ramp when nothing is wrong, and below it, on the same minutes, how soon each harm is killed. */
export function SimulationPicture({ simulation }: { readonly simulation: SimulationView }): ReactNode {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { ramp, kills, endMinutes } = simulationScale(simulation);
  const { healthy, runs, alpha } = simulation;
  const x = (minutes: number) => LEFT + (minutes / endMinutes) * (width - LEFT - RIGHT);
  const y = (ppm: number) => TOP + (1 - heightOfShare(ppm)) * (RAMP_HEIGHT - TOP);
  const height = RAMP_HEIGHT + kills.length * LANE_HEIGHT + BOTTOM;
  const points = ramp.map(({ minutes, ppm }) => ({ atMs: minutes, ppm }));
  const full = healthy.minutesToFull.median;
  return (
    <figure className="stack">
      <p>
        {full === null
          ? 'Without harm most runs did not reach everyone.'
          : `Without harm everyone has it after ${formatMinutes(full)}.`}{' '}
        {healthy.falseKills} of {runs} harmless runs were killed; whatever the traffic, the bound is{' '}
        {formatPercent(Math.round(alpha * 1_000_000))}.
      </p>
      <div className="chart" ref={ref}>
        <svg width={width} height={height} role="img" aria-label="The ramp, and how soon each harm is killed">
          <title>The ramp, and how soon each harm is killed</title>
          {ramp.map(({ ppm }) => (
            <g key={ppm}>
              <line className="grid" x1={LEFT} x2={width - RIGHT} y1={y(ppm)} y2={y(ppm)} />
              <text className="tick" x={LEFT - 6} y={y(ppm) + 4} textAnchor="end">
                {formatPercent(ppm)}
              </text>
            </g>
          ))}
          <path className="share-area" d={`${stepPath(points, endMinutes, { x, y })}V${RAMP_HEIGHT}H${LEFT}Z`} />
          <path className="share-line" d={stepPath(points, endMinutes, { x, y })} />
          {kills.map((kill, index) => (
            <Lane key={kill.label} kill={kill} top={RAMP_HEIGHT + index * LANE_HEIGHT} x={x} endX={width - RIGHT} />
          ))}
          <line className="axis" x1={LEFT} x2={width - RIGHT} y1={height - BOTTOM} y2={height - BOTTOM} />
          {[0, 0.5, 1].map((part) => (
            <text
              key={part}
              className="tick"
              x={x(endMinutes * part)}
              y={height - 6}
              textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}
            >
              {part === 0 ? 'start' : formatMinutes(endMinutes * part)}
            </text>
          ))}
        </svg>
      </div>
      <DataTable
        caption="How soon each harm is killed"
        rows={kills}
        keyOf={({ label }) => label}
        columns={[
          { title: 'Harm', cell: ({ label }) => label },
          { title: 'Killed', kind: 'number', cell: ({ killed }) => `${killed} of ${runs}` },
          {
            title: 'After',
            kind: 'number',
            cell: ({ medianMinutes }) => (medianMinutes === null ? '–' : formatMinutes(medianMinutes)),
          },
          {
            title: 'Treated by then',
            kind: 'number',
            cell: ({ medianUnits }) => (medianUnits === null ? '–' : formatCount(Math.round(medianUnits))),
          },
        ]}
      />
    </figure>
  );
}

interface LaneProps {
  readonly kill: SimulatedKill;
  readonly top: number;
  readonly x: (minutes: number) => number;
  readonly endX: number;
}

/** From the median kill (the dot) to the one that nine of ten are faster than. */
function Lane({ kill, top, x, endX }: LaneProps): ReactNode {
  const { label, medianMinutes, p90Minutes } = kill;
  const middle = top + LANE_HEIGHT / 2 + 5;
  const fromX = x(medianMinutes ?? 0);
  const toX = p90Minutes === null ? endX : x(p90Minutes);
  return (
    <g>
      <text className="tick" x={LEFT} y={top + 11}>
        {label}
        {medianMinutes === null ? ': most runs were not killed' : ''}
      </text>
      {medianMinutes !== null && (
        <>
          <line className="kill-span" x1={fromX} x2={Math.max(fromX, toX)} y1={middle} y2={middle} />
          <circle className="kill-dot" cx={fromX} cy={middle} r={4.5} />
        </>
      )}
    </g>
  );
}
