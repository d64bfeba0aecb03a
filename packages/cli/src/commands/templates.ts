import type { GuardTemplateView } from '@tidegate/protocol';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { UsageError } from '../errors.ts';
import { formatTable } from '../format/table.ts';
import { printable } from '../format/text.ts';
import { loadYamlFile } from '../plan-file/load-plan-file.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addTemplateCommands(program: Command, session: Session): void {
  const templates = program
    .command('templates')
    .description('metrics with holes, which the guards of all rollouts of a project share');
  addList(templates, session);
  addShow(templates, session);
  addSave(templates, session);
}

function addList(templates: Command, session: Session): void {
  templates
    .command('list')
    .description('the newest version of each')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).listTemplates();
      session.show(options, found, () => formatTemplates(found));
    });
}

function addShow(templates: Command, session: Session): void {
  templates
    .command('show <template>')
    .description('one of them, in its newest version or as name@version')
    .action(async (reference: string, _: unknown, command: Command) => {
      const [, name, version] = /^([^@]+)(?:@([1-9]\d{0,8}))?$/.exec(reference) ?? [];
      if (name === undefined) throw new UsageError(`Expected a name or name@version; came ${reference}.`);
      const api = await session.connect(command.optsWithGlobals<GlobalOptions>());
      session.print([JSON.stringify(await api.getTemplate(name, version), null, 2)]);
    });
}

function addSave(templates: Command, session: Session): void {
  templates
    .command('save <name>')
    .description('save a template as a new version, unless the newest says the same')
    .requiredOption('--file <template.yaml>', 'description, parameters and metric, in YAML or JSON')
    .option('--json', 'as JSON')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { file: string }>();
      const settings = await loadYamlFile(options.file, session.io);
      const saved = await (await session.connect(options)).saveTemplate(name, settings);
      session.show(options, saved, () => [`${saved.name}@${saved.version} says what ${options.file} says.`]);
    });
}

function formatTemplates(templates: readonly GuardTemplateView[]): string[] {
  const rows = templates.map(({ name, version, parameters, description, builtIn }) => [
    printable(`${name}@${version}`),
    Object.entries(parameters)
      .map(([parameter, { default: usual }]) => printable(`${parameter}${usual === undefined ? '' : `=${usual}`}`))
      .join(' '),
    printable(builtIn ? `${description} (built in)` : description),
  ]);
  return formatTable({ header: ['TEMPLATE', 'ARGUMENTS', 'MEASURES'], rows });
}
