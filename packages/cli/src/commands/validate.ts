import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { FLAG_FILE, loadFlagFile } from '../flag-file/load-flag-file.ts';
import { formatFailure } from '../format/failure.ts';
import { formatFlaws } from '../format/flaws.ts';
import { paintFor } from '../format/paint.ts';
import type { Session } from '../session.ts';

export function addValidateCommand(program: Command, session: Session): void {
  program
    .command('validate [files...]')
    .description(`check flag files (default: ${FLAG_FILE}): their shape, and that what they say holds together`)
    .option('--json', 'as JSON')
    .addHelpText('after', '\nAsks no server. Exit codes: 0 no flaws, 1 flaws (all of them are listed), 2 unreadable.')
    .action(async (paths: string[], options: { json?: boolean }) => {
      const answers: object[] = [];
      const lines: string[] = [];
      for (const path of paths.length === 0 ? [FLAG_FILE] : paths) {
        const loaded = await loadOrReport(path, session);
        if (loaded === undefined) continue;
        if (loaded.flaws.length > 0 && session.exitCode === EXIT.done) session.exitCode = EXIT.failed;
        answers.push({ file: path, flaws: loaded.flaws.map(({ missing, ...flaw }) => flaw) });
        lines.push(...formatFlaws(loaded, session.paint));
      }
      session.show(options, answers, () => lines);
    });
}

/** One file that cannot be read does not keep the others from being checked. */
async function loadOrReport(path: string, session: Session) {
  try {
    return await loadFlagFile(path, session.io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { stderr } = session.io;
    for (const line of formatFailure(error.message, paintFor(session.io, stderr))) stderr.write(`${line}\n`);
    session.exitCode = EXIT.usage;
    return undefined;
  }
}
