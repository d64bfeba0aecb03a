import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatHistory } from '../format/history.ts';
import { formatSegment, formatSegmentTable } from '../format/segments.ts';
import { countOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';
import { addMemberCommands } from './segment-members.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

/** Changes that are shown when nobody says how many. */
const LAST_DEFAULT = 10;

/** `segments list`, `show`, `history`, and who joins and leaves; whole segments are written as code, by `apply`. */
export function addSegmentCommands(program: Command, session: Session): void {
  const segments = program.command('segments').description('look at segments, and let units join and leave them');

  segments
    .command('list')
    .description('every segment of the environment')
    .option('--archived', 'archived segments too')
    .option('--json', 'as JSON, with every unit')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { archived?: boolean }>();
      const found = await (await session.connect(options)).listSegments({ archived: options.archived === true });
      session.show(options, found, () => formatSegmentTable(found, session.paint));
    });

  segments
    .command('show <segment>')
    .description('one of them: its condition, how many units it lists, and the first of them')
    .option('--json', 'as JSON, with every unit')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).getSegment(key);
      session.show(options, found, () => formatSegment(found, session.paint));
    });

  segments
    .command('history <segment>')
    .description('who changed it, when, what and why, newest first')
    .option('--last <n>', `how many, at most 200 (default: ${LAST_DEFAULT})`, countOption, LAST_DEFAULT)
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { last: number }>();
      const entries = await (await session.connect(options)).listHistory({ kind: 'segment', key }, options.last);
      session.show(options, entries, () => formatHistory(entries, session.paint));
    });

  addMemberCommands(segments, session);
}
