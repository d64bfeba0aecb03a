import type { Command } from 'commander';
import { isRefusal } from '../api/http-client.ts';
import type { TidegateApi } from '../api/tidegate-api.ts';
import type { GlobalOptions } from '../connection.ts';
import { ProblemError, TimedOutError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { type Application, applyPlan } from '../flag-file/apply-plan.ts';
import { FLAG_FILE, loadWellFormed } from '../flag-file/load-flag-file.ts';
import { makePlan } from '../flag-file/make-plan.ts';
import type { Plan } from '../flag-file/plan.ts';
import { formatFailure, formatProblem } from '../format/failure.ts';
import { paintFor } from '../format/paint.ts';
import { describeStep, formatDoneStep, formatPlan } from '../format/plan.ts';
import { counted } from '../format/text.ts';
import type { Session } from '../session.ts';

interface ApplyOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

export function addApplyCommand(program: Command, session: Session): void {
  program
    .command('apply [file]')
    .description(`make the environment as a file says (default: ${FLAG_FILE})`)
    .option('--dry-run', 'only tell what would be done')
    .option('--prune', 'archive the flags and segments that the file does not have')
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nEach write is refused when somebody else was faster, and then nothing more is tried. What was written stays;' +
        '\nrun it again to go on. A rule that a running rollout owns is left alone.' +
        '\nExit codes: 0 applied (or would be), 1 stopped or in the way, 2 unreadable, 3 timed out.',
    )
    .action(async (path: string = FLAG_FILE, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ApplyOptions>();
      const { dryRun = false, prune = false, reason = `apply ${path}` } = options;
      const { file } = await loadWellFormed(path, session.io);
      const api = await session.connect(options);
      const plan = await makePlan(api, file, { prune });
      if (options.json !== true) session.print(formatPlan(plan, session.paint));
      const isStuck = plan.obstacles.length > 0;
      const application = dryRun || isStuck ? { done: [] } : await carryOut(api, plan, { reason, options, session });
      const { done, stopped } = application;
      const applied = done.map(({ step: { kind, key, action }, revision }) => ({ kind, key, action, revision }));
      const stoppedAt = stopped === undefined ? {} : { stoppedAt: describeStep(stopped.step) };
      session.show(options, { dryRun, ...plan, applied, ...stoppedAt }, () => [
        summaryOf(plan, { path, dryRun, doneCount: done.length }),
      ]);
      if (stopped !== undefined) reportStop(application, plan, session);
      else if (isStuck) session.exitCode = EXIT.failed;
    });
}

function carryOut(
  api: TidegateApi,
  plan: Plan,
  { reason, options, session }: { reason: string; options: ApplyOptions; session: Session },
): Promise<Application> {
  const onDone = (step: Application['done'][number]) => {
    if (options.json !== true) session.print([formatDoneStep(step)]);
  };
  return applyPlan(api, plan, { reason, onDone });
}

function summaryOf(
  { environment, revision, steps, obstacles }: Plan,
  { path, dryRun, doneCount }: { path: string; dryRun: boolean; doneCount: number },
): string {
  if (obstacles.length > 0) {
    return `Nothing is applied to ${environment}: ${counted(obstacles.length, 'thing')} marked ! must be settled first.`;
  }
  if (steps.length === 0) return `${environment} is as ${path} says (revision ${revision}): nothing to apply.`;
  if (dryRun) return `Would apply ${counted(steps.length, 'change')} to ${environment}; nothing is written.`;
  return `Applied ${doneCount} of ${counted(steps.length, 'change')} to ${environment}.`;
}

/** What went wrong, where, and what has been done by then; on stderr, like every failure. */
function reportStop({ done, stopped }: Application, { steps }: Plan, session: Session): void {
  if (stopped === undefined) return;
  const { stderr } = session.io;
  const paint = paintFor(session.io, stderr);
  const { step, error } = stopped;
  const message = error instanceof Error ? error.message : String(error);
  const lines = error instanceof ProblemError ? formatProblem(error.problem, paint) : formatFailure(message, paint);
  const overtaken = isRefusal(error, 'precondition-failed') || isRefusal(error, 'already-exists');
  const why = overtaken ? 'somebody else has changed it since the plan was made' : 'it was refused';
  const stop = `Stopped at "${describeStep(step)}", step ${done.length + 1} of ${steps.length}: ${why}.`;
  const before =
    done.length === 0 ? 'Nothing was applied before.' : `Applied before: ${done.map(formatDoneStep).join(', ')}.`;
  stderr.write([...lines, stop, before, 'Run it again to go on: what is done is not done twice.', ''].join('\n'));
  session.exitCode = error instanceof TimedOutError ? EXIT.inconclusive : EXIT.failed;
}
