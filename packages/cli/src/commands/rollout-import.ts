import { CANARY_TOOLS, type CanaryReport, type ImportedRollouts, UnreadableFile } from '@tidegate/importers';
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { formatCanaryReport } from '../format/canary-report.ts';
import { readDocuments } from '../input/read-documents.ts';
import type { Session } from '../session.ts';

interface ImportOptions {
  readonly from: string;
  readonly out?: string;
  readonly report?: string;
  readonly connections?: string;
  readonly name?: string;
  readonly flag?: string;
  readonly treatment?: string;
  readonly json?: boolean;
}

export function addRolloutImport(rollout: Command, session: Session): void {
  rollout
    .command('import <file>')
    .description("a canary controller's manifests as a plan, and a report of what has no place in one")
    .addOption(
      new Option('--from <tool>', 'whose manifests they are').choices(Object.keys(CANARY_TOOLS)).makeOptionMandatory(),
    )
    .option('--out <plan.yaml>', 'where the plan goes')
    .option('--connections <file>', 'where metrics, webhooks and judges go, for which a plan has no field yet, as JSON')
    .option('--report <file>', 'where it is written what became of each object, as JSON')
    .option('--name <name>', 'which rollout, when the file has several')
    .option('--flag <key>', "the flag (default: the rollout's name)")
    .option('--treatment <variation>', 'what grows (default: on)')
    .option('--json', 'the report on standard output, as JSON')
    .addHelpText('after', '\nExit codes: 0 all is exact, 1 something is refused or left out by name, 2 unreadable.')
    .action(async (path: string, options: ImportOptions) => {
      const imported = importFrom(options.from, path, await readDocuments(path, session.io));
      const { report, connections } = imported;
      if (options.out !== undefined) await writePlan(imported, options, session);
      if (options.connections !== undefined) await writeJson(options.connections, connections, session);
      if (options.report !== undefined) await writeJson(options.report, report, session);
      session.show(options, report, () => formatCanaryReport(report, session.paint));
      session.exitCode = isExact(report) ? EXIT.done : EXIT.failed;
    });
}

function importFrom(tool: string, path: string, documents: readonly unknown[]): ImportedRollouts {
  const importer = Object.entries(CANARY_TOOLS).find(([name]) => name === tool)?.[1];
  if (importer === undefined) throw new Error(`the option has let through ${tool}`);
  try {
    return importer(documents);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new UsageError(`${path} is no file of ${tool}: ${error.message}.`);
    throw error;
  }
}

/** The plan, under a comment with all that is not in it: whoever starts it has read that. */
async function writePlan(
  { plans, report }: ImportedRollouts,
  { out = '', name, flag, treatment }: ImportOptions,
  session: Session,
): Promise<void> {
  const names = Object.keys(plans);
  if (name !== undefined && !names.includes(name)) {
    throw new UsageError(`The file gives no plan ${name}; it gives ${names.join(', ') || 'none'}.`);
  }
  if (name === undefined && names.length > 1) {
    throw new UsageError(`The file gives the plans ${names.join(', ')}: name one with --name.`);
  }
  const plan = plans[name ?? names[0] ?? ''];
  if (plan === undefined) return;
  const said = { ...plan, ...(flag === undefined ? {} : { flag }), ...(treatment === undefined ? {} : { treatment }) };
  const comments = Object.entries(report.objects).flatMap(([title, { status, reasons }]) =>
    [`${title}: ${status}`, ...reasons.map((reason) => `  ${reason}`)].map((line) => `# ${oneLine(line)}`),
  );
  // Version 1.1 reads on and off as booleans, so these are written in quotes.
  await session.io.writeTextFile(out, `${comments.join('\n')}\n\n${stringify(said, { version: '1.1' })}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

async function writeJson(path: string, value: unknown, session: Session): Promise<void> {
  await session.io.writeTextFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

function isExact({ objects }: CanaryReport): boolean {
  return Object.values(objects).every(({ status }) => status === 'exact');
}
