import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { UsageError } from '../errors.ts';
import { formatFreeze } from '../format/freeze.ts';
import { formatRolloutStatus, formatRolloutTable } from '../format/rollout-status.ts';
import { alphaOption, countOption, durationOption, guardOption, stagesOption } from '../input/parse-option.ts';
import { type PlanOptions, planOfFile, planOfOptions } from '../input/rollout-plan.ts';
import { findRollout } from '../rollouts/find-rollout.ts';
import type { Session } from '../session.ts';
import { addRolloutImport } from './rollout-import.ts';
import { addRolloutOrders } from './rollout-orders.ts';
import { addPlanCommands } from './rollout-plans.ts';
import { addRolloutReads } from './rollout-reads.ts';
import { addRehearsalCommands } from './rollout-rehearsals.ts';

interface StartOptions extends GlobalOptions, PlanOptions {
  readonly plan?: string;
  readonly json?: boolean;
  readonly now?: boolean;
}

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addRolloutCommands(program: Command, session: Session): void {
  const rollout = program
    .command('rollout')
    .description('start, follow, command and explain rollouts; each takes a rollout id or a flag key');
  addStart(rollout, session);
  addPlanCommands(rollout, session);
  addRehearsalCommands(rollout, session);
  addList(rollout, session);
  addRolloutReads(rollout, session);
  addRolloutOrders(rollout, session);
  addRolloutImport(rollout, session);
}

function addStart(rollout: Command, session: Session): void {
  rollout
    .command('start <flag>')
    .description('move a flag from control to treatment, stage by stage, while its guards allow it')
    .option('--treatment <variation>', 'what is new (default: on)')
    .option('--control <variation>', 'what everybody has now (default: off)')
    .option('--rule <id>', 'the rule that the rollout owns (default: fallthrough)')
    .option('--unit <attribute>', 'what is bucketed (default: targetingKey)')
    .option('--stages <percents>', 'the shares of treatment (default: 5,25,50,100 over two hours)', stagesOption)
    .option('--dwell <duration>', 'the shortest stay in each stage (with --stages, default: 10m)', durationOption)
    .option('--bake <duration>', 'how long late outcomes can still kill it at 100% (default: 10m)', durationOption)
    .option('--min-units <n>', 'units needed in each arm before a stage is left (default: 100)', countOption)
    .option('--guard <metric[:weight]>', 'what must not get worse, repeatable (default: run-errors)', guardOption)
    .option('--alpha <number>', 'bound on the chance to kill a healthy rollout (default: 0.05)', alphaOption)
    .option('--plan <file.json>', 'the whole plan from a file instead')
    .option('--now', 'start what is scheduled or a draft, instead of making another')
    .option('--json', 'as JSON')
    .action(async (flagKey: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<StartOptions>();
      if (options.now === true) return startNow(session, flagKey, options);
      const plan = await planOf(flagKey, options, session);
      const view = await (await session.connect(options)).startRollout(plan);
      session.show(options, view, () => [
        ...formatRolloutStatus(view, session.io.nowMs(), session.paint),
        `Follow it with: tidegate rollout watch ${view.flagKey}`,
      ]);
    });
}

async function startNow(session: Session, which: string, options: StartOptions): Promise<void> {
  const api = await session.connect(options);
  const { id } = await findRollout(api, which);
  const view = await api.commandRollout(id, 'start', { reason: '' });
  session.show(options, view, () => formatRolloutStatus(view, session.io.nowMs(), session.paint));
}

async function planOf(flagKey: string, options: StartOptions, session: Session): Promise<Record<string, unknown>> {
  const { plan: path, treatment, control, rule, unit, stages, dwell, bake, minUnits, guard, alpha } = options;
  if (path === undefined) return planOfOptions(flagKey, options);
  if ([treatment, control, rule, unit, stages, dwell, bake, minUnits, guard, alpha].some((one) => one !== undefined)) {
    throw new UsageError('--plan is the whole plan: put the other options into the file.');
  }
  try {
    return planOfFile(flagKey, { path, text: await session.io.readTextFile(path) });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function addList(rollout: Command, session: Session): void {
  rollout
    .command('list')
    .description('the rollouts of the environment, and whether it is frozen')
    .option('--flag <flag>', 'of one flag')
    .option('--active', 'only those that have not ended')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { flag?: string; active?: boolean }>();
      const api = await session.connect(options);
      const [found, freeze] = await Promise.all([
        api.listRollouts({
          activeOnly: options.active === true,
          ...(options.flag === undefined ? {} : { flagKey: options.flag }),
        }),
        api.getFreeze(),
      ]);
      session.show(options, found, () => [
        ...formatFreeze(freeze, session.io.nowMs(), session.paint),
        ...formatRolloutTable(found, session.paint),
      ]);
    });
}
