import type { FlagFile } from '@tidegate/flag-file';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { fetchFlagFile } from '../flag-file/fetch-flag-file.ts';
import { FLAG_FILE } from '../flag-file/load-flag-file.ts';
import { counted, printable } from '../format/text.ts';
import type { CliIo } from '../io.ts';
import type { Session } from '../session.ts';

/** Where npm puts the schema that comes with this command. A file that names another one keeps it. */
const SCHEMA = './node_modules/@tidegate/cli/tidegate.schema.json';

interface PullOptions extends GlobalOptions {
  readonly out: string;
  readonly withHistory?: boolean;
  readonly json?: boolean;
}

export function addPullCommand(program: Command, session: Session): void {
  program
    .command('pull')
    .description('write the flags and segments of the environment to a file, to be reviewed and applied')
    .option('--out <file>', 'where to, replaced if it is there; - is standard output', FLAG_FILE)
    .option('--with-history', 'every change with it, so that `eval --as-of` works without a server')
    .option('--json', 'what was written where, as JSON')
    .action(async (_: unknown, command: Command) => {
      const { out, withHistory = false, ...options } = command.optsWithGlobals<PullOptions>();
      const pulled = await fetchFlagFile(await session.connect(options), { withHistory });
      const file = { $schema: (await findSchema(out, session.io)) ?? SCHEMA, ...pulled };
      const text = `${JSON.stringify(file, null, 2)}\n`;
      if (out === '-') return session.io.stdout.write(text);
      await session.io.writeTextFile(out, text);
      const answer = summaryOf(pulled);
      session.show(options, { file: out, ...answer }, () => [
        `${printable(out)}: ${counted(answer.flags, 'flag')} and ${counted(answer.segments, 'segment')} of ` +
          `${answer.environment} at revision ${answer.revision}` +
          (answer.changes === undefined ? '' : `, with ${counted(answer.changes, 'change')}`),
      ]);
    });
}

function summaryOf({ environment, revision, flags, segments = {}, history }: FlagFile) {
  const counts = { flags: Object.keys(flags).length, segments: Object.keys(segments).length };
  return { environment, revision, ...counts, ...(history !== undefined && { changes: history.length }) };
}

/** The schema that the file names which is about to be replaced, if there is one. */
async function findSchema(path: string, io: CliIo): Promise<string | undefined> {
  if (path === '-') return undefined;
  try {
    const json: unknown = JSON.parse(await io.readTextFile(path));
    const schema: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, '$schema') : undefined;
    return typeof schema === 'string' ? schema : undefined;
  } catch {
    // Not there, or no JSON: then it has no schema to keep.
    return undefined;
  }
}
