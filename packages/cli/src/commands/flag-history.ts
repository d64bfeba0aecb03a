import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatHistory } from '../format/history.ts';
import { countOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

/** Changes that are shown when nobody says how many: those that may have broken something tonight. */
const LAST_DEFAULT = 10;

/** `flags history` and `flags restore`: what was changed, and back to what was before it. */
export function addHistoryCommands(flags: Command, session: Session): void {
  flags
    .command('history <flag>')
    .description('who changed it, when, what and why, newest first')
    .option('--last <n>', `how many, at most 200 (default: ${LAST_DEFAULT})`, countOption, LAST_DEFAULT)
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { last: number }>();
      const entries = await (await session.connect(options)).listHistory({ kind: 'flag', key }, options.last);
      session.show(options, entries, () => formatHistory(entries, session.paint));
    });

  flags
    .command('restore <flag>')
    .description('make it what it was at a revision, unless it changes meanwhile; an archived one comes back')
    .requiredOption('--revision <n>', 'one that `flags history` tells', countOption)
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { revision: number; reason: string }>();
      const api = await session.connect(options);
      const { revision: to, reason } = options;
      const { revision } = (await api.getFlag(key)).body;
      const restored = await api.restoreDocument({ kind: 'flag', key, revision }, { to, patch: {}, reason });
      // A revision that is still to come names what is there now.
      const words = restored.revision === revision ? 'was already' : 'is again';
      const now = `${api.environment}, revision ${restored.revision}`;
      session.show(options, restored, () => [`${restored.key} ${words} what it was at revision ${to} (${now})`]);
    });
}
