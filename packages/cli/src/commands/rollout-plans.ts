import { isDeepStrictEqual } from 'node:util';
import type { LintView } from '@tidegate/protocol';
import type { Command } from 'commander';
import { isRefusal } from '../api/http-client.ts';
import type { TidegateApi } from '../api/tidegate-api.ts';
import type { GlobalOptions } from '../connection.ts';
import { ProblemError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { paintFor } from '../format/paint.ts';
import { formatLint, formatPlanFlaw, placedAt } from '../format/plan-flaws.ts';
import { formatRolloutStatus } from '../format/rollout-status.ts';
import { countOption } from '../input/parse-option.ts';
import { loadPlanFile, type PlacedFlaw, type PlanFile } from '../plan-file/load-plan-file.ts';
import type { Session } from '../session.ts';

interface FileOptions extends GlobalOptions {
  readonly file: string;
  readonly draft?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

interface LintOptions extends GlobalOptions {
  readonly unitsPerDay?: number;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** What says that something else is in the way, and not that the plan is wrong. */
const CONFLICTS = ['rule-owned-by-rollout', 'rule-does-not-serve-control'] as const;

const FORCE = 'take the rule from the rollout that has it: everybody gets control, and that one is over';

/** The commands that take a plan as a file. */
export function addPlanCommands(rollout: Command, session: Session): void {
  addCreate(rollout, session);
  addApply(rollout, session);
  addLint(rollout, session);
}

function addCreate(rollout: Command, session: Session): void {
  rollout
    .command('create')
    .description('start a rollout of a plan in YAML or JSON (docs/rollouts.md tells its fields)')
    .requiredOption('--file <plan.yaml>', 'the plan')
    .option('--draft', 'keep it until somebody says rollout start --now')
    .option('--force', FORCE)
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<FileOptions>();
      const file = await loadOrReport(options.file, session);
      if (file === undefined) return;
      await create(await session.connect(options), { file, options, session });
    });
}

function addApply(rollout: Command, session: Session): void {
  rollout
    .command('apply')
    .description('the same, unless that very plan is running already: for pipelines that run again')
    .requiredOption('--file <plan.yaml>', 'the plan')
    .option('--force', FORCE)
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit codes: 0 it runs, 1 refused, 2 no plan, 3 timed out, 4 another plan has the rule.')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<FileOptions>();
      const file = await loadOrReport(options.file, session);
      if (file === undefined) return;
      const api = await session.connect(options);
      const running = await findRunning(api, await api.lintPlan({ plan: file.plan }));
      if (running === undefined) return create(api, { file, options, session });
      session.show(options, running, () => [
        ...formatRolloutStatus(running, session.io.nowMs(), session.paint),
        `${file.path} runs already: nothing to do.`,
      ]);
    });
}

function addLint(rollout: Command, session: Session): void {
  rollout
    .command('lint <plan.yaml>')
    .description('what keeps a plan from being started, and what you may regret of it')
    .option('--units-per-day <n>', 'what is to come (default: as often as the flag was evaluated lately)', countOption)
    .option('--strict', 'fail on warnings too')
    .option('--json', 'as JSON, with the plan as it would run')
    .addHelpText(
      'after',
      '\nExit codes: 0 it could start, 1 it could not, 2 no plan, 3 timed out, 4 the rule is not free.',
    )
    .action(async (path: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<LintOptions>();
      const file = await loadOrReport(path, session);
      if (file === undefined) return;
      const { unitsPerDay } = options;
      const traffic = unitsPerDay === undefined ? {} : { traffic: { unitsPerDay } };
      const lint = await (await session.connect(options)).lintPlan({ plan: file.plan, ...traffic });
      session.show(options, lint, () => formatLint(file, lint, session.paint));
      session.exitCode = exitCodeOf(lint, options);
    });
}

/** All flaws of a file that is no plan, on stderr. */
async function loadOrReport(path: string, session: Session): Promise<PlanFile | undefined> {
  const file = await loadPlanFile(path, session.io);
  if (file.flaws.length === 0) return file;
  reportFlaws(file, file.flaws, session);
  session.exitCode = EXIT.usage;
  return undefined;
}

async function create(
  api: TidegateApi,
  { file, options, session }: { file: PlanFile; options: FileOptions; session: Session },
): Promise<void> {
  try {
    const view = await api.startRollout(file.plan, options);
    session.show(options, view, () => [
      ...formatRolloutStatus(view, session.io.nowMs(), session.paint),
      options.draft === true
        ? `Start it with: tidegate rollout start ${view.id} --now`
        : `Follow it with: tidegate rollout watch ${view.id}`,
    ]);
  } catch (error) {
    if (CONFLICTS.some((code) => isRefusal(error, code))) session.failureCode = EXIT.conflict;
    if (error instanceof ProblemError && error.problem.errors !== undefined) {
      reportFlaws(
        file,
        error.problem.errors.map((flaw) => placedAt(file, flaw)),
        session,
      );
    }
    throw error;
  }
}

function reportFlaws(file: PlanFile, flaws: readonly PlacedFlaw[], session: Session): void {
  const { stderr } = session.io;
  const paint = paintFor(session.io, stderr);
  for (const flaw of flaws) stderr.write(`${formatPlanFlaw(file, flaw, paint)}\n`);
}

/** The active rollout that does exactly what the plan says. */
async function findRunning(api: TidegateApi, { plan }: LintView) {
  if (plan === null) return undefined;
  const active = await api.listRollouts({ flagKey: plan.flagKey, activeOnly: true });
  return active.find((view) => isDeepStrictEqual(view.plan, plan));
}

function exitCodeOf({ refusals, warnings }: LintView, { strict = false }: LintOptions): ExitCode {
  if (refusals.length === 0) return strict && warnings.length > 0 ? EXIT.failed : EXIT.done;
  const isConflict = refusals.every(({ code }) => CONFLICTS.some((conflict) => conflict === code));
  return isConflict ? EXIT.conflict : EXIT.failed;
}
