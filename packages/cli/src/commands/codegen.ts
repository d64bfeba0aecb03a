import type { Command } from 'commander';
import { flagsModule } from '../codegen/flags-module.ts';
import type { GlobalOptions } from '../connection.ts';
import { EXIT } from '../exit-code.ts';
import { fetchFlagFile } from '../flag-file/fetch-flag-file.ts';
import { loadWellFormed } from '../flag-file/load-flag-file.ts';
import { counted, printable } from '../format/text.ts';
import type { CliIo } from '../io.ts';
import type { Session } from '../session.ts';

interface CodegenOptions extends GlobalOptions {
  readonly flags?: string;
  readonly out: string;
  readonly react?: boolean;
  readonly check?: boolean;
}

export function addCodegenCommand(program: Command, session: Session): void {
  program
    .command('codegen')
    .description('write the flags and their types as a TypeScript module, for createClient<Flags>()')
    .option('--flags <file>', 'of a file; of the environment on the server when absent')
    .option('--out <file>', 'where to, replaced if it is there; - is standard output', 'flags.generated.ts')
    .option('--react', 'name them to the hooks of @tidegate/sdk-browser/react as well')
    .option('--check', 'write nothing; exit code 1 when the module is not as it would be written')
    .action(async (_: unknown, command: Command) => {
      const { flags: path, out, react = false, check = false, ...options } = command.optsWithGlobals<CodegenOptions>();
      const file =
        path === undefined
          ? await fetchFlagFile(await session.connect(options), { withHistory: false })
          : (await loadWellFormed(path, session.io)).file;
      const text = flagsModule(file, { forReact: react });
      if (out === '-') return session.io.stdout.write(text);
      if (check) {
        const isCurrent = (await findText(out, session.io)) === text;
        session.print([
          `${printable(out)} ${isCurrent ? 'is as the flags are' : 'is not as the flags are: write it again'}`,
        ]);
        session.exitCode = isCurrent ? EXIT.done : EXIT.failed;
        return;
      }
      await session.io.writeTextFile(out, text);
      session.print([`${printable(out)}: ${counted(Object.keys(file.flags).length, 'flag')}`]);
    });
}

async function findText(path: string, io: CliIo): Promise<string | undefined> {
  try {
    return await io.readTextFile(path);
  } catch {
    // A module that cannot be read is not there, as far as its content goes.
    return undefined;
  }
}
