import type { RulesDocuments } from '@tidegate/evaluation';
import { documentsAt, documentsOf, withoutByteOrderMark } from '@tidegate/flag-file';
import type { Command } from 'commander';
import { caseOf } from '../batch/case-of.ts';
import { CaseEvaluator, refuseCase } from '../batch/evaluate-case.ts';
import { linesOf } from '../batch/lines-of.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { contextFormOption, contextReader } from '../input/context-form.ts';
import { countOption, instantOption } from '../input/parse-option.ts';
import { readFlagFile } from '../input/read-flag-file.ts';
import type { CliIo } from '../io.ts';
import type { Session } from '../session.ts';

interface EvalOptions {
  readonly flags: string;
  readonly at?: number;
  readonly asOf?: number;
  readonly contextForm: string;
}

export function addEvalCommand(program: Command, session: Session): void {
  program
    .command('eval')
    .description('answer cases from standard input, a JSON object a line, with the flags of a file')
    .requiredOption('--flags <file>', 'a tidegate.json')
    .option('--at <instant>', 'the instant that rules take for now', instantOption)
    .option('--as-of <revision>', 'the flags as they were; needs a file that was pulled with its history', countOption)
    .addOption(contextFormOption())
    .addHelpText(
      'after',
      '\nIn:  {"flag":"new-checkout","type":"boolean","default":false,"context":{"targetingKey":"ada"}}' +
        '\nOut: {"value":true,"variation":"on","reason":"SPLIT","errorCode":null,"ruleId":null,"position":30412}' +
        '\nType: boolean, string, number or object. A line that is no case gets PARSE_ERROR, and exit code 1 at the end.',
    )
    .action(async (options: EvalOptions) => {
      session.exitCode = await evaluateCases(session, options);
    });
}

async function evaluateCases({ io }: Session, options: EvalOptions) {
  const { at, contextForm } = options;
  const documents = await readDocuments(options, io);
  const atMs = at ?? io.nowMs();
  const evaluator = new CaseEvaluator(documents, {
    contextOf: contextReader(contextForm),
    nowMs: () => atMs,
  });
  let lineNumber = 0;
  let refusedCount = 0;
  const answerTo = (line: string): string => {
    lineNumber += 1;
    if (line.trim() === '') return '';
    try {
      return `${evaluator.answer(caseOf(lineNumber === 1 ? withoutByteOrderMark(line) : line))}\n`;
    } catch (error) {
      refusedCount += 1;
      return `${refuseCase(`line ${lineNumber}: ${error instanceof Error ? error.message : String(error)}`)}\n`;
    }
  };
  for await (const lines of linesOf(io.stdin)) {
    io.stdout.write(lines.map(answerTo).join(''));
    await io.stdout.drained();
  }
  if (refusedCount > 0) io.stderr.write(`${refusedCount} of ${lineNumber} lines are no cases.\n`);
  return refusedCount === 0 ? EXIT.done : EXIT.failed;
}

async function readDocuments({ flags: path, asOf }: EvalOptions, io: CliIo): Promise<RulesDocuments> {
  const file = await readFlagFile(path, io);
  const documents = asOf === undefined ? documentsOf(file) : documentsAt(file, asOf);
  if (documents !== undefined) return documents;
  throw new UsageError(
    `${path} does not know revision ${asOf}: pull it again, with --with-history for what was before it.`,
  );
}
