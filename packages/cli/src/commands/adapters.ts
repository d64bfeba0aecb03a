import { formatPercent } from '@tidegate/analysis/quantities';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatAdapter, formatAdapters } from '../format/adapters.ts';
import { printable } from '../format/text.ts';
import { shareOption } from '../input/parse-option.ts';
import { loadYamlFile } from '../plan-file/load-plan-file.ts';
import type { Session } from '../session.ts';

interface ForceOptions extends GlobalOptions {
  readonly force?: boolean;
}

const FORCE = 'also while a rollout drives it: what it reached before keeps the weight that it has';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addAdapterCommands(program: Command, session: Session): void {
  const adapters = program
    .command('adapters')
    .description('proxies and meshes whose weights follow rollouts, and what each has');
  addList(adapters, session);
  addShow(adapters, session);
  addSave(adapters, session);
  addRemove(adapters, session);
  addDocument(adapters, session);
  addReport(adapters, session);
}

function addList(adapters: Command, session: Session): void {
  adapters
    .command('list')
    .description('each with the weight that is wanted of it and the one that it has')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).listAdapters();
      session.show(options, found, () => formatAdapters(found, session.paint));
    });
}

function addShow(adapters: Command, session: Session): void {
  adapters
    .command('show <adapter>')
    .description('one of them, with its settings and its weight')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).getAdapter(key);
      session.show(options, found, () => formatAdapter(found, session.paint));
    });
}

function addSave(adapters: Command, session: Session): void {
  adapters
    .command('save <adapter>')
    .description('save settings as a new version, unless the newest says the same')
    .requiredOption('--file <adapter.yaml>', 'its kind, and what that kind needs, in YAML or JSON')
    .option('--force', FORCE)
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & ForceOptions & { file: string }>();
      const settings = await loadYamlFile(options.file, session.io);
      const saved = await (await session.connect(options)).saveAdapter(key, settings, options);
      const words = `${printable(key)}, version ${saved.version}, says what ${options.file} says.`;
      session.show(options, saved, () => [words]);
    });
}

function addRemove(adapters: Command, session: Session): void {
  adapters
    .command('remove <adapter>')
    .description('remove one that follows no rollout; the weight that it has stays')
    .option('--force', FORCE)
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ForceOptions>();
      await (await session.connect(options)).removeAdapter(key, options);
      session.print([`${printable(key)} is removed.`]);
    });
}

function addDocument(adapters: Command, session: Session): void {
  adapters
    .command('document <adapter>')
    .description('the document of a mesh for the weight that is wanted now, for `kubectl apply -f -`')
    .action(async (key: string, _: unknown, command: Command) => {
      const api = await session.connect(command.optsWithGlobals<GlobalOptions>());
      session.print([JSON.stringify(await api.readAdapterDocument(key), null, 2)]);
    });
}

function addReport(adapters: Command, session: Session): void {
  adapters
    .command('report <adapter>')
    .description('say which weight is in force, of an adapter whose document you apply yourself')
    .requiredOption('--applied <percent>', 'the share of treatment, like 25%', shareOption)
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { applied: number }>();
      const reported = await (await session.connect(options)).reportAdapter(key, options.applied);
      const words = `${printable(key)} has ${formatPercent(options.applied)}, it was reported.`;
      session.show(options, reported, () => [words]);
    });
}
