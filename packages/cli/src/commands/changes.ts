import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatChanges } from '../format/changes.ts';
import { countOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';

interface ChangesOptions extends GlobalOptions {
  readonly last: number;
  readonly json?: boolean;
}

/** Changes that are shown when nobody says how many: a screen of them. */
const LAST_DEFAULT = 20;

export function addChangesCommand(program: Command, session: Session): void {
  program
    .command('changes')
    .description('what was changed in the environment, by whom, when and why, newest first')
    .option('--last <n>', `how many, at most 200 (default: ${LAST_DEFAULT})`, countOption, LAST_DEFAULT)
    .option('--json', 'as JSON')
    .addHelpText('after', '\nWhat a change of a flag did is told by: tidegate flags history <flag>')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChangesOptions>();
      const changes = await (await session.connect(options)).listNewestChanges(options.last);
      session.show(options, changes, () => formatChanges(changes, session.paint));
    });
}
