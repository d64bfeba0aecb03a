import type { Command } from 'commander';
import type { TidegateApi } from '../api/tidegate-api.ts';
import type { GlobalOptions } from '../connection.ts';
import { EXIT } from '../exit-code.ts';
import { paintFor } from '../format/paint.ts';
import { formatPlanFlaw } from '../format/plan-flaws.ts';
import { formatDrill, formatDrills, formatSimulation } from '../format/rehearsals.ts';
import { amountOption, countOption, rateOption, repeated, severityOption } from '../input/parse-option.ts';
import { loadPlanFile } from '../plan-file/load-plan-file.ts';
import { findRollout } from '../rollouts/find-rollout.ts';
import type { Session } from '../session.ts';

interface RehearsalOptions extends GlobalOptions {
  readonly unitsPerMinute?: number;
  readonly rate?: Readonly<Record<string, number>>;
  readonly runs?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

interface SimulateOptions extends RehearsalOptions {
  readonly harm?: readonly number[];
  readonly guard?: readonly string[];
}

interface DrillOptions extends RehearsalOptions {
  readonly guard: string;
  readonly ratio: number;
}

/** The commands that tell what would happen, and touch nothing. */
export function addRehearsalCommands(rollout: Command, session: Session): void {
  addSimulate(rollout, session);
  addDrill(rollout, session);
  addDrills(rollout, session);
}

function addSimulate(rollout: Command, session: Session): void {
  withTraffic(rollout.command('simulate <plan.yaml|rollout>'))
    .description('how long a plan takes, which harm it sees, and how many are exposed to it before the kill')
    .option('--harm <times>', 'how many times as bad, repeatable (default: 1.5, 2 and 10)', severityOption)
    .option('--guard <metric>', 'what is harmed, repeatable (default: the first that decides)', repeated)
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SimulateOptions>();
      const api = await session.connect(options);
      const plan = await planOf(api, which, session);
      if (plan === undefined) return;
      const simulation = await api.simulatePlan({
        plan,
        ...(options.harm === undefined ? {} : { severities: options.harm }),
        ...(options.guard === undefined ? {} : { guards: options.guard }),
        ...bodyOf(options),
      });
      session.show(options, simulation, () => formatSimulation(simulation, session.paint));
    });
}

function addDrill(rollout: Command, session: Session): void {
  withTraffic(rollout.command('drill <rollout>'))
    .description('harm a copy of a running rollout, and see it killed: 0 when every copy is, else 1')
    .requiredOption('--guard <metric>', 'what is harmed')
    .option('--ratio <times>', 'how many times as bad (default: 3)', amountOption, 3)
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DrillOptions>();
      const api = await session.connect(options);
      const { id } = await findRollout(api, which);
      const drill = await api.drillRollout(id, {
        guard: options.guard,
        severity: options.ratio,
        ...bodyOf(options),
      });
      session.show(options, drill, () => formatDrill(drill, session.paint));
      session.exitCode = drill.killed === drill.runs ? EXIT.done : EXIT.failed;
    });
}

function addDrills(rollout: Command, session: Session): void {
  rollout
    .command('drills <rollout>')
    .description('the drills that were held of it, newest first, and what each showed')
    .option('--json', 'as JSON')
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const api = await session.connect(options);
      const drills = await api.listDrills((await findRollout(api, which)).id);
      session.show(options, drills, () => formatDrills(drills));
    });
}

function withTraffic(command: Command): Command {
  return command
    .option('--units-per-minute <n>', 'new units, both arms together (default: as rollouts measured)', amountOption)
    .option('--rate <guard=value>', 'what it is in control, repeatable (default: as rollouts measured)', rateOption)
    .option('--runs <n>', 'how often each is rehearsed (default: 100)', countOption)
    .option('--seed <n>', 'the same seed gives the same answer (default: 1)', countOption)
    .option('--json', 'as JSON');
}

function bodyOf({ unitsPerMinute, rate, runs, seed }: RehearsalOptions) {
  return {
    traffic: {
      ...(unitsPerMinute === undefined ? {} : { unitsPerMinute }),
      ...(rate === undefined ? {} : { rates: rate }),
    },
    ...(runs === undefined ? {} : { runs }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** Of a file, or of a rollout; undefined once the flaws of a file were told. */
async function planOf(api: TidegateApi, which: string, session: Session): Promise<unknown> {
  if (!/\.(ya?ml|json)$/i.test(which)) return (await findRollout(api, which)).plan;
  const file = await loadPlanFile(which, session.io);
  if (file.flaws.length === 0) return file.plan;
  const { stderr } = session.io;
  const paint = paintFor(session.io, stderr);
  for (const flaw of file.flaws) stderr.write(`${formatPlanFlaw(file, flaw, paint)}\n`);
  session.exitCode = EXIT.usage;
  return undefined;
}
