import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { EXIT } from '../exit-code.ts';
import { FLAG_FILE, loadWellFormed } from '../flag-file/load-flag-file.ts';
import { makePlan } from '../flag-file/make-plan.ts';
import { isSame } from '../flag-file/plan-changes.ts';
import { formatPlan } from '../format/plan.ts';
import { counted } from '../format/text.ts';
import type { Session } from '../session.ts';

export function addDiffCommand(program: Command, session: Session): void {
  program
    .command('diff [file]')
    .description(`how the environment differs from a file (default: ${FLAG_FILE}): what apply would change`)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 the same, 1 different, 2 unreadable, 3 not known: the server did not say.' +
        '\nWhat a running rollout decides is told, and is no difference.',
    )
    .action(async (path: string = FLAG_FILE, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const { file } = await loadWellFormed(path, session.io);
      // "Different" must not be what a script learns from a server that is down.
      session.failureCode = EXIT.inconclusive;
      const plan = await makePlan(await session.connect(options), file, { prune: false });
      const same = isSame(plan);
      session.show(options, { same, ...plan }, () => [
        ...formatPlan(plan, session.paint),
        same
          ? `${plan.environment} is as ${path} says (revision ${plan.revision})`
          : `${plan.environment} at revision ${plan.revision} differs from ${path}: ${counted(plan.steps.length, 'change')} to apply`,
      ]);
      session.exitCode = same ? EXIT.done : EXIT.failed;
    });
}
