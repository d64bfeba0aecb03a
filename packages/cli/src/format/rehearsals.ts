import { formatPercent } from '@tidegate/analysis/quantities';
import type { DrillRecord, DrillView, SimulationView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { counted, formatCount, formatInstant, printable } from './text.ts';

type Source = SimulationView['traffic'][number];
type Quantiles = SimulationView['healthy']['minutesToFull'];
type Stage = SimulationView['healthy']['stages'][number];

/** What a plan would do to a change that does no harm, stage by stage; then to changes that do. */
export function formatSimulation(simulation: SimulationView, paint: Paint): string[] {
  const { alpha, harms, healthy, plan, runs, seed, traffic } = simulation;
  const rest = [
    ...(healthy.rolledBack > 0 ? [`${healthy.rolledBack} were rolled back by a deadline`] : []),
    ...(healthy.unfinished > 0 ? [`${healthy.unfinished} were not over after 90 days`] : []),
  ];
  return [
    `${paint.bold(printable(plan.flagKey))}: ${counted(runs, 'run')} each, seed ${seed}; ${formatTraffic(traffic)}`,
    '',
    `Without harm it has ${formatPercent(plan.stages.at(-1)?.treatmentPpm ?? 0)} after ${inMinutes(healthy.minutesToFull)}.`,
    `False kills: ${healthy.falseKills} of ${runs}; whatever the traffic, the bound is ${share(alpha)}.`,
    ...(rest.length === 0 ? [] : [`Of the others, ${rest.join(' and ')}.`]),
    '',
    ...formatTable({
      header: ['STAGE', 'SHARE', 'REACHED', 'LEFT AFTER', 'KILLED', 'STUCK', 'MILDEST HARM SEEN'],
      rows: healthy.stages.map(rowOfStage),
      rightAligned: [0, 1, 2, 4],
    }),
    '',
    ...formatTable({
      header: ['HARM', 'KILLED', 'TREATED UNITS', '90 %', 'MINUTES', '90 %'],
      rows: harms.map(({ metric, ratio, killed, treatedUnits, minutesToKill }) => [
        `${printable(metric)} ${times(ratio)}`,
        `${killed} of ${runs}`,
        ...bothOf(treatedUnits, (units) => formatCount(Math.round(units))),
        ...bothOf(minutesToKill, minutes),
      ]),
      rightAligned: [2, 3, 4, 5],
    }),
  ];
}

/** When a kill would have come, and who would hear of it. */
export function formatDrill(drill: DrillView, paint: Paint): string[] {
  const { decision, killed, metric, minutesToKill, ratio, rolloutId, runs, ticksToKill, told, traffic } = drill;
  const [ticks, ticks90] = bothOf(ticksToKill, String);
  const [units, units90] = bothOf(drill.treatedUnits, (count) => formatCount(Math.round(count)));
  const kills = `${killed} of ${runs} copies were killed.`;
  return [
    `Drill of ${paint.bold(rolloutId)} at ${formatPercent(drill.treatmentPpm)}: ${printable(metric)} ${times(ratio)} in a copy; ${formatTraffic(traffic)}`,
    killed === runs ? kills : paint.bold(kills),
    `The kill comes after ${inMinutes(minutesToKill)}: ${ticks} ticks (90 %: ${ticks90}), with ${units} treated units by then (90 %: ${units90}).`,
    ...(decision === null ? [] : [`The decision: ${decision.kind}. ${printable(decision.reason)}`]),
    `It would go to ${counted(told.connectedSdks, 'connected SDK')}; ${told.notificationTargets.length === 0 ? 'no channel and no hook is told of a kill.' : told.notificationTargets.map(printable).join(', ')}`,
    'Nothing of the rollout was touched.',
  ];
}

/** Each drill that was held, on a line. */
export function formatDrills(drills: readonly DrillRecord[]): string[] {
  const rows = drills.map(({ atMs, by, drill }) => {
    const { metric, ratio, treatmentPpm, killed, runs, minutesToKill } = drill;
    const at = formatPercent(treatmentPpm);
    const harm = `${printable(metric)} ${times(ratio)}`;
    return [
      formatInstant(atMs),
      printable(by.name),
      harm,
      at,
      `${killed} of ${runs}`,
      bothOf(minutesToKill, minutes)[0],
    ];
  });
  return formatTable({ header: ['HELD', 'BY', 'HARM', 'SHARE', 'KILLED', 'MINUTES'], rows, rightAligned: [5] });
}

function rowOfStage({ stageIndex, treatmentPpm, reached, left, killed, stuck, smallestHarm }: Stage): string[] {
  const byHold = (held: Stage['left']) => held.map(({ by, runs }) => `${by} ${runs}`).join(', ');
  const seen = Object.entries(smallestHarm).map(
    ([metric, ratio]) => `${printable(metric)} ${ratio === null ? 'none' : times(ratio)}`,
  );
  return [
    String(stageIndex + 1),
    formatPercent(treatmentPpm),
    String(reached),
    byHold(left),
    String(killed),
    byHold(stuck),
    treatmentPpm === 1_000_000 ? 'no control' : seen.join(', '),
  ];
}

function formatTraffic(sources: readonly Source[]): string {
  const told = sources.map(({ of, origin, value }) => {
    const amount = value === null ? '' : ` ${Number(value.toPrecision(3))}`;
    return of === 'unitsPerMinute'
      ? `${amount.trim()} new units a minute (${origin})`
      : `${printable(of)}${amount} (${origin})`;
  });
  return `${told.join(', ')}.`;
}

function inMinutes(quantiles: Quantiles): string {
  const [median, p90] = bothOf(quantiles, minutes);
  return `${median} minutes (90 %: ${p90})`;
}

/** A dash where so many of the runs never came there. */
function bothOf({ median, p90 }: Quantiles, format: (value: number) => string): [string, string] {
  return [median === null ? '–' : format(median), p90 === null ? '–' : format(p90)];
}

function minutes(value: number): string {
  return value < 10 ? value.toFixed(1) : formatCount(Math.round(value));
}

function times(ratio: number): string {
  return `× ${Number(ratio.toPrecision(3))}`;
}

function share(value: number): string {
  return `${Number((100 * value).toPrecision(3))} %`;
}
