import { type Command, Option } from 'commander';
import type { NewEnvironmentRequest } from '../api/tidegate-api.ts';
import type { GlobalOptions } from '../connection.ts';
import { UsageError } from '../errors.ts';
import { formatEnvironmentHistory, formatEnvironmentTable } from '../format/environments.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface SettingOptions extends ReadOptions {
  readonly name?: string;
  readonly description?: string;
  readonly critical?: boolean;
}

/** `environments list`, `create`, `set` and `history`: those of the project that `--project` names. */
export function addEnvironmentCommands(program: Command, session: Session): void {
  const environments = program.command('environments').description('list, create and change environments');

  environments
    .command('list')
    .description('every environment of the project')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).listEnvironments();
      session.show(options, found, () => formatEnvironmentTable(found, session.paint));
    });

  withSettings(environments.command('create <key>').description('a new one; called production, it is critical')).action(
    async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SettingOptions>();
      const api = await session.connect(options);
      const made = await api.createEnvironment({ key, ...settingsOf(options) });
      session.show(options, made, () => [`Created ${made.environment}${made.critical ? ', which is critical' : ''}.`]);
    },
  );

  withSettings(environments.command('set <key>').description('change what is given'))
    .option('--reason <text>', 'why, for its history', '')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SettingOptions & { reason: string }>();
      const patch = settingsOf(options);
      if (Object.keys(patch).length === 0) {
        throw new UsageError('Say what is to change: --name, --description, --critical or --no-critical.');
      }
      const changed = await (await session.connect(options)).patchEnvironment(key, patch, options.reason);
      session.show(options, changed, () => formatEnvironmentTable([changed], session.paint));
    });

  environments
    .command('history <key>')
    .description('who changed it, when and why, newest first')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const changes = await (await session.connect(options)).listEnvironmentChanges(key);
      session.show(options, changes, () => formatEnvironmentHistory(changes, session.paint));
    });
}

function withSettings(command: Command): Command {
  return command
    .option('--name <name>', 'as people read it')
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--critical', 'real users are in it: the dashboard asks once more before a change'))
    .addOption(new Option('--no-critical', 'they are not').default(undefined))
    .option('--json', 'as JSON');
}

function settingsOf({ name, description, critical }: SettingOptions): Omit<NewEnvironmentRequest, 'key'> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(critical === undefined ? {} : { critical }),
  };
}
