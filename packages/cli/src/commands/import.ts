import { UnreadableFile, VENDORS } from '@tidegate/importers';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { formatImportReport } from '../format/import-report.ts';
import { readParsed } from '../input/read-flag-file.ts';
import type { Session } from '../session.ts';

interface ImportOptions {
  readonly from: string;
  readonly out: string;
  readonly report?: string;
  readonly json?: boolean;
}

export function addImportCommand(program: Command, session: Session): void {
  program
    .command('import <file>')
    .description("another vendor's flags as a tidegate.json that serves every user what they had")
    .addOption(new Option('--from <vendor>', 'whose file it is').choices(Object.keys(VENDORS)).makeOptionMandatory())
    .requiredOption('--out <file>', 'where the flags go')
    .option('--report <file>', 'where it is written what became of each flag, as JSON')
    .option('--json', 'the report on standard output, as JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 all flags are exact, 1 some are refused (the others are written), 2 unreadable.',
    )
    .action(async (path: string, options: ImportOptions) => {
      const { file, report } = importFrom(options.from, path, await readParsed(path, session.io, parseJson));
      await session.io.writeTextFile(options.out, `${JSON.stringify(file, null, 2)}\n`);
      if (options.report !== undefined) {
        await session.io.writeTextFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
      }
      session.show(options, report, () => formatImportReport(report, session.paint));
      const isExact = Object.values(report.flags).every(({ status }) => status === 'exact');
      session.exitCode = isExact ? EXIT.done : EXIT.failed;
    });
}

function importFrom(vendor: string, path: string, json: unknown) {
  const format = Object.entries(VENDORS).find(([name]) => name === vendor)?.[1];
  if (format === undefined) throw new Error(`the option has let through ${vendor}`);
  try {
    return format.importFile(json);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new UsageError(`${path} is no file of ${vendor}: ${error.message}`);
    throw error;
  }
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}
