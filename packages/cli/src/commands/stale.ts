import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatStaleFlags } from '../format/stale-flags.ts';
import { countOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';

/** `flags stale`. */
export function addStaleCommand(flags: Command, session: Session): void {
  flags
    .command('stale')
    .description('flags to look at once more and why, and keys that are asked for and are no flags')
    .option('--days <count>', 'how long nothing may have happened (default: 30)', countOption)
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean; days?: number }>();
      const api = await session.connect(options);
      const [flags, unknownFlags] = await Promise.all([api.listStaleFlags(options.days), api.listUnknownFlags()]);
      session.show(options, { flags, unknownFlags }, () => formatStaleFlags({ flags, unknownFlags }, session.paint));
    });
}
