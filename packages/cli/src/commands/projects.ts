import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatProjects } from '../format/projects.ts';
import type { Session } from '../session.ts';

export function addProjectCommands(program: Command, session: Session): void {
  program
    .command('projects')
    .description('list projects, which --project names')
    .command('list')
    .description('every project of the server; `environments list` tells what is in one')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const found = await (await session.connect(options)).listProjects();
      session.show(options, found, () => formatProjects(found, session.paint));
    });
}
