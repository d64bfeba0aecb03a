import { formatPercent } from '@tidegate/analysis/quantities';
import { type Context, compile, evaluate, type Rules } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import { nativeFile } from '@tidegate/importers';
import type { Command } from 'commander';
import { linesOf } from '../batch/lines-of.ts';
import { UsageError } from '../errors.ts';
import { formatTable } from '../format/table.ts';
import { contextFormOption, contextReader } from '../input/context-form.ts';
import { readFlagFile } from '../input/read-flag-file.ts';
import type { Session } from '../session.ts';

interface RebucketOptions {
  readonly flags: string;
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly contextForm: string;
  readonly json?: boolean;
}

/** How many of the contexts would get another variation of one flag. */
interface Moved {
  readonly flag: string;
  readonly contextCount: number;
  readonly movedCount: number;
}

export function addRebucketCommand(program: Command, session: Session): void {
  program
    .command('rebucket')
    .description("divide imported flags by Tidegate's own hash; tells how many of the contexts on standard input move")
    .requiredOption('--flags <file>', 'a tidegate.json')
    .option('--dry-run', 'write nothing')
    .option('--out <file>', 'where the flags go')
    .addOption(contextFormOption())
    .option('--json', 'as JSON')
    .addHelpText('after', '\nIn: a context a line, as JSON: {"targetingKey":"ada","plan":"pro"}')
    .action(async (options: RebucketOptions) => {
      if (options.out === undefined && options.dryRun !== true) throw new UsageError('Give --out FILE, or --dry-run.');
      const before = await readFlagFile(options.flags, session.io);
      const after = nativeFile(before);
      const changedKeys = Object.keys(before.flags).filter(
        (key) => JSON.stringify(before.flags[key]) !== JSON.stringify(after.flags[key]),
      );
      const contexts = await readContexts(session, contextReader(options.contextForm));
      const rules = { before: compile(documentsOf(before)), after: compile(documentsOf(after)) };
      const moved = changedKeys.map((flag) => countMoved(flag, rules, contexts));
      if (options.dryRun !== true && options.out !== undefined) {
        await session.io.writeTextFile(options.out, `${JSON.stringify(after, null, 2)}\n`);
      }
      session.show(options, { flags: moved }, () => formatMoved(moved));
    });
}

async function readContexts({ io }: Session, contextOf: (context: unknown) => Context): Promise<Context[]> {
  const contexts: Context[] = [];
  let lineNumber = 0;
  for await (const lines of linesOf(io.stdin)) {
    for (const line of lines) {
      lineNumber += 1;
      if (line.trim() !== '') contexts.push(contextOf(parseLine(line, lineNumber)));
    }
  }
  return contexts;
}

function parseLine(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new UsageError(`Line ${lineNumber} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function countMoved(
  flag: string,
  { before, after }: { readonly before: Rules; readonly after: Rules },
  contexts: readonly Context[],
): Moved {
  const hasMoved = (context: Context) =>
    evaluate(before, flag, context).variation !== evaluate(after, flag, context).variation;
  return { flag, contextCount: contexts.length, movedCount: contexts.filter(hasMoved).length };
}

function formatMoved(moved: readonly Moved[]): string[] {
  if (moved.length === 0) return ["No flag is divided by another vendor's hash."];
  const rows = moved.map(({ flag, contextCount, movedCount }) => [
    flag,
    String(contextCount),
    String(movedCount),
    contextCount === 0 ? '–' : formatPercent(Math.round((movedCount / contextCount) * 1_000_000)),
  ]);
  return formatTable({ header: ['FLAG', 'CONTEXTS', 'MOVED', 'SHARE'], rows, rightAligned: [1, 2, 3] });
}
