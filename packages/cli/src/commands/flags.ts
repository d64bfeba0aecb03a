import type { FlagView } from '@tidegate/protocol';
import { Argument, type Command, Option } from 'commander';
import { isRefusal } from '../api/http-client.ts';
import type { TidegateApi } from '../api/tidegate-api.ts';
import type { GlobalOptions } from '../connection.ts';
import { ConnectionError } from '../errors.ts';
import { formatFlag, formatFlagTable } from '../format/flags.ts';
import { instantOption, repeated } from '../input/parse-option.ts';
import { readVariation } from '../input/variation-option.ts';
import type { Session } from '../session.ts';
import { addHistoryCommands } from './flag-history.ts';
import { addScheduleCommands } from './schedule.ts';
import { addStaleCommand } from './stale.ts';

/** A rollout changes its flag at every stage: a switch that lost the race is tried again, this often. */
const TOGGLE_ATTEMPTS_MAX = 5;

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface CreateOptions extends ReadOptions {
  readonly kind: FlagView['kind'];
  readonly variation?: readonly string[];
  readonly description?: string;
  readonly clientSide?: FlagView['clientSide'];
  readonly enabled?: boolean;
  readonly temporary?: boolean;
  readonly expires?: number;
  readonly reason?: string;
}

export function addFlagCommands(program: Command, session: Session): void {
  const flags = program.command('flags').description('list, look at, create and switch flags, and take changes back');

  flags
    .command('list')
    .description('every flag of the environment')
    .option('--archived', 'archived flags too')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { archived?: boolean }>();
      const api = await session.connect(options);
      const found = await api.listFlags({ archived: options.archived === true });
      session.show(options, found, () => formatFlagTable(found, session.paint));
    });

  flags
    .command('get <flag>')
    .description('one flag: its variations, its rules, what it serves, who asks for it')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const api = await session.connect(options);
      const [{ body }, usage] = await Promise.all([api.getFlag(key), api.getFlagUsage(key)]);
      session.show(options, { ...body, usage }, () => formatFlag(body, session.paint, usage));
    });

  flags
    .command('create <flag>')
    .description('a new flag; by default a disabled boolean one with the variations off and on')
    .addOption(
      new Option('--kind <kind>', 'what its values are')
        .choices(['boolean', 'string', 'number', 'json'])
        .default('boolean'),
    )
    .option(
      '--variation <key=value>',
      'one variation, repeated for each; the first is served until told otherwise',
      repeated,
    )
    .option('--description <text>', 'what it is for')
    .addOption(new Option('--client-side <what>', 'what browsers may receive').choices(['off', 'value', 'rules']))
    .option('--enabled', 'switched on from the start')
    .option('--temporary', 'to be gone once its rollout is over')
    .option('--expires <instant>', 'when it should be gone, like 2026-03-01T00:00:00Z', instantOption)
    .option('--reason <text>', 'why, for the audit log')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const body = newFlagOf(key, options);
      const created = await (await session.connect(options)).createFlag(body, options.reason);
      session.show(options, created, () => formatFlag(created, session.paint));
    });

  flags
    .command('toggle <flag>')
    .description('switch a flag on, or off for everybody')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nWhich connected SDKs have heard of it is told by: tidegate connections --behind')
    .action(async (key: string, state: 'on' | 'off', _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { reason: string }>();
      const api = await session.connect(options);
      const { flag, changed } = await toggle(api, key, { enabled: state === 'on', reason: options.reason });
      const words = changed ? `is ${state} now` : `was ${state} already`;
      session.show(options, flag, () => [`${flag.key} ${words} (${api.environment}, revision ${flag.revision})`]);
    });

  addHistoryCommands(flags, session);
  addScheduleCommands(flags, session);
  addStaleCommand(flags, session);
}

function newFlagOf(key: string, options: CreateOptions): unknown {
  return {
    key,
    kind: options.kind,
    enabled: options.enabled === true,
    ...(options.variation === undefined
      ? {}
      : { variations: options.variation.map((text) => readVariation(text, options.kind)) }),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.clientSide === undefined ? {} : { clientSide: options.clientSide }),
    ...(options.temporary === true ? { temporary: true } : {}),
    ...(options.expires === undefined ? {} : { expiresAtMs: options.expires }),
  };
}

/**
 * The switch means the same whatever else changed in the flag meanwhile, so a stale ETag is read again and not an
 * error: switching off must not fail because a rollout has just moved.
 */
async function toggle(
  api: TidegateApi,
  key: string,
  wanted: { enabled: boolean; reason: string },
): Promise<{ flag: FlagView; changed: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const { body, etag } = await api.getFlag(key);
    if (body.enabled === wanted.enabled && !body.archived) return { flag: body, changed: false };
    if (etag === undefined) throw new ConnectionError(`The server sent no ETag for the flag ${key}.`);
    try {
      return { flag: await api.toggleFlag(key, wanted, etag), changed: true };
    } catch (error) {
      if (!isRefusal(error, 'precondition-failed') || attempt === TOGGLE_ATTEMPTS_MAX) throw error;
    }
  }
}
