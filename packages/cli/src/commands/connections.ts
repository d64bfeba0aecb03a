import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatConnections } from '../format/connections.ts';
import type { Session } from '../session.ts';

interface ConnectionsOptions extends GlobalOptions {
  readonly behind?: boolean;
  readonly json?: boolean;
}

export function addConnectionsCommand(program: Command, session: Session): void {
  program
    .command('connections')
    .description('which SDKs are connected by stream, of which version, and how many have the newest revision')
    .option('--behind', 'list only those that have not')
    .option('--json', 'as JSON, however many there are')
    .addHelpText(
      'after',
      '\nIt tells of the node that answers: of several, ask each by --url. SDKs that poll are not connected.',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConnectionsOptions>();
      const api = await session.connect(options);
      // First what is newest: a change after it makes nobody look behind who answers from it.
      const newestRevision = (await api.listNewestChanges(1))[0]?.revision ?? 0;
      const all = await api.listConnections();
      const behind = all.filter(({ appliedRevision }) => appliedRevision < newestRevision);
      const shown = options.behind === true ? behind : all;
      session.show(options, { newestRevision, connectedCount: all.length, items: shown }, () =>
        formatConnections(shown, { newestRevision, counts: { all: all.length, behind: behind.length } }, session.paint),
      );
    });
}
