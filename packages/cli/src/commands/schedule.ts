import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { UsageError } from '../errors.ts';
import { formatScheduleTable } from '../format/schedules.ts';
import { formatInstant } from '../format/text.ts';
import { instantOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface ScheduleOptions extends ReadOptions {
  readonly at: number;
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly patch?: string;
  readonly reason: string;
}

/** `flags schedule`, `flags schedules` and `flags unschedule`. */
export function addScheduleCommands(flags: Command, session: Session): void {
  flags
    .command('schedule <flag>')
    .description('change a flag at an instant, as it is then, unless it was killed meanwhile')
    .addOption(
      new Option('--at <instant>', 'when, like 2026-03-01T14:03:00Z').argParser(instantOption).makeOptionMandatory(),
    )
    .option('--enable', 'switch it on')
    .option('--disable', 'switch it off')
    .option('--patch <file>', 'what to change, as a JSON Merge Patch (RFC 7396)')
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScheduleOptions>();
      const patch = await patchOf(options, session);
      const api = await session.connect(options);
      const schedule = await api.schedule(key, { atMs: options.at, patch, reason: options.reason });
      session.show(options, schedule, () => [
        `${key} is to change at ${formatInstant(schedule.atMs)} (${api.environment}, schedule ${schedule.id})`,
      ]);
    });

  flags
    .command('schedules [flag]')
    .description('scheduled changes by their time, and what became of them')
    .option('--pending', 'only those that wait')
    .option('--json', 'as JSON')
    .action(async (key: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { pending?: boolean }>();
      const api = await session.connect(options);
      const found = await api.listSchedules({ flagKey: key, pendingOnly: options.pending === true });
      const schedules = found.toSorted((a, b) => a.atMs - b.atMs);
      session.show(options, schedules, () => formatScheduleTable(schedules, session.paint));
    });

  flags
    .command('unschedule <schedule>')
    .description('take a scheduled change back')
    .option('--reason <text>', 'why', '')
    .option('--json', 'as JSON')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { reason: string }>();
      const cancelled = await (await session.connect(options)).cancelSchedule(id, options.reason);
      session.show(options, cancelled, () => [
        `${cancelled.flagKey} will not change at ${formatInstant(cancelled.atMs)}: the schedule ${id} is cancelled`,
      ]);
    });
}

async function patchOf({ enable, disable, patch }: ScheduleOptions, session: Session): Promise<unknown> {
  const ways = [enable, disable, patch].filter((way) => way !== undefined);
  if (ways.length !== 1) throw new UsageError('Say what is to change: one of --enable, --disable and --patch FILE.');
  return patch === undefined ? { enabled: enable === true } : readPatch(patch, session);
}

async function readPatch(path: string, session: Session): Promise<unknown> {
  let patch: unknown;
  try {
    patch = JSON.parse(await session.io.readTextFile(path));
  } catch (error) {
    throw new UsageError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch;
  throw new UsageError(`${path}: expected a merge patch, which is a JSON object like {"enabled":true}.`);
}
