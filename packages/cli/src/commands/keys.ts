import type { AccessKeyView, OperatorRole } from '@tidegate/protocol';
import { Argument, type Command, Option } from 'commander';
import type { NewKeyRequest } from '../api/tidegate-api.ts';
import type { GlobalOptions } from '../connection.ts';
import { UsageError } from '../errors.ts';
import { formatKeyTable } from '../format/keys.ts';
import type { Session } from '../session.ts';

interface CreateOptions extends GlobalOptions {
  readonly json?: boolean;
  readonly role?: OperatorRole;
  readonly onlyHere?: boolean;
}

export function addKeyCommands(program: Command, session: Session): void {
  const keys = program.command('keys').description('list, create and revoke access keys');

  keys
    .command('list')
    .description('every key, revoked ones too; never the keys themselves')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const found = await (await session.connect(options)).listKeys();
      session.show(options, found, () => formatKeyTable(found, session.paint));
    });

  keys
    .command('create')
    .description('a new key: operator for people and tools, server and browser for SDKs of the environment')
    .addArgument(new Argument('<kind>').choices(['operator', 'server', 'browser']))
    .argument('<name>', 'who or what uses it')
    .addOption(
      new Option('--role <role>', 'what an operator key may do').choices(['reader', 'killer', 'editor', 'admin']),
    )
    .option('--only-here', 'an operator key for this environment alone')
    .option('--json', 'as JSON')
    .action(async (kind: AccessKeyView['kind'], name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const api = await session.connect(options);
      const created = await api.createKey(newKeyOf({ kind, name, environment: api.environment }, options));
      session.show(options, created, () => [
        `Created the ${created.kind} key ${created.id} for ${created.environment ?? 'all environments'}. It is shown this once:`,
        '',
        `  ${created.key}`,
        '',
      ]);
    });

  keys
    .command('revoke <id>')
    .description('end a key; whoever uses it is refused from then on')
    .action(async (id: string, _: unknown, command: Command) => {
      await (await session.connect(command.optsWithGlobals<GlobalOptions>())).revokeKey(id);
      session.print([`The key ${id} is revoked.`]);
    });
}

function newKeyOf(
  key: { kind: AccessKeyView['kind']; name: string; environment: string },
  options: CreateOptions,
): NewKeyRequest {
  const { kind, name, environment } = key;
  if (kind === 'operator') {
    if (options.role === undefined) {
      throw new UsageError('An operator key needs a role: --role reader, killer, editor or admin.');
    }
    return { kind, name, role: options.role, environment: options.onlyHere === true ? environment : null };
  }
  if (options.role !== undefined || options.onlyHere !== undefined) {
    throw new UsageError(`--role and --only-here are for operator keys; a ${kind} key is always for one environment.`);
  }
  return { kind, name, environment };
}
