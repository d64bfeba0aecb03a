import type { SimulationView } from '@tidegate/protocol';

const MINUTE_MS = 60_000;

export interface SimulatedKill {
  readonly label: string;
  readonly killed: number;
  readonly runs: number;
  readonly medianMinutes: number | null;
  readonly p90Minutes: number | null;
  readonly medianUnits: number | null;
}

/** The healthy ramp at its earliest and the kills of each harm, on one axis of minutes. */
export interface SimulationScale {
  readonly ramp: readonly { readonly minutes: number; readonly ppm: number }[];
  readonly kills: readonly SimulatedKill[];
  readonly endMinutes: number;
}

export function simulationScale({ plan, harms, runs, healthy }: SimulationView): SimulationScale {
  const ramp: { minutes: number; ppm: number }[] = [];
  let minutes = 0;
  for (const { treatmentPpm, dwellMs } of plan.stages) {
    ramp.push({ minutes, ppm: treatmentPpm });
    minutes += dwellMs / MINUTE_MS;
  }
  const fullAt = ramp.at(-1)?.minutes ?? 0;
  const kills = harms.map(({ metric, severity, killed, minutesToKill, treatedUnits }) => ({
    label: `${metric} ×${severity}`,
    killed,
    runs,
    medianMinutes: minutesToKill.median,
    p90Minutes: minutesToKill.p90,
    medianUnits: treatedUnits.median,
  }));
  const farthest = Math.max(
    1,
    fullAt * 1.1 + plan.bakeMs / MINUTE_MS,
    healthy.minutesToFull.p90 ?? 0,
    ...kills.map(({ p90Minutes, medianMinutes }) => p90Minutes ?? medianMinutes ?? 0),
  );
  return { ramp, kills, endMinutes: farthest };
}
