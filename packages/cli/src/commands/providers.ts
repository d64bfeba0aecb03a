import type { MetricResult } from '@tidegate/protocol';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { formatMetricResult, formatProvider, formatProviders } from '../format/providers.ts';
import { printable } from '../format/text.ts';
import { type QueryOptions, readMetricQuery } from '../input/metric-query.ts';
import { durationOption } from '../input/parse-option.ts';
import { loadYamlFile } from '../plan-file/load-plan-file.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface AskOptions extends ReadOptions, QueryOptions {
  readonly treatment: string;
  readonly control?: string;
}

export function addProviderCommands(program: Command, session: Session): void {
  const providers = program
    .command('providers')
    .description('servers of metrics that guards ask: Prometheus, Datadog, any web API with JSON and others');
  addList(providers, session);
  addShow(providers, session);
  addSave(providers, session);
  addRemove(providers, session);
  addQuery(providers, session);
}

function addList(providers: Command, session: Session): void {
  providers
    .command('list')
    .description('all of them')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).listProviders();
      session.show(options, found, () => formatProviders(found, session.paint));
    });
}

function addShow(providers: Command, session: Session): void {
  providers
    .command('show <provider>')
    .description('one of them, with its settings; of secrets their names')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).getProvider(key);
      session.show(options, found, () => formatProvider(found, session.paint));
    });
}

function addSave(providers: Command, session: Session): void {
  providers
    .command('save <provider>')
    .description('save settings as a new version, unless the newest says the same; guards ask by it from then on')
    .requiredOption('--file <provider.yaml>', 'its kind, its address, and what that kind needs, in YAML or JSON')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { file: string }>();
      const settings = await loadYamlFile(options.file, session.io);
      const saved = await (await session.connect(options)).saveProvider(key, settings);
      const words = `${printable(key)}, version ${saved.version}, says what ${options.file} says.`;
      session.show(options, saved, () => [words]);
    });
}

function addRemove(providers: Command, session: Session): void {
  providers
    .command('remove <provider>')
    .description('remove one that guards no active rollout')
    .action(async (key: string, _: unknown, command: Command) => {
      await (await session.connect(command.optsWithGlobals<GlobalOptions>())).removeProvider(key);
      session.print([`${printable(key)} is removed.`]);
    });
}

function addQuery(providers: Command, session: Session): void {
  providers
    .command('query <provider>')
    .description('ask it once over the window that ends now, as a guard would')
    .requiredOption('--treatment <variation>', 'what {{ args.variant }} stands for')
    .option('--control <variation>', 'ask about control too')
    .option('--value <query>', 'one number')
    .option('--events <query>', 'a count, with --units')
    .option('--units <query>', 'the count that it is a part of')
    .option('--file <query.yaml>', 'instead: the query of a guard, in YAML or JSON')
    .option('--window <duration>', 'how long (default: as the file says, else 5m)', durationOption)
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit codes: 0 it answered with numbers, 1 it did not, 2 no query, 3 no data or timed out.')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<AskOptions>();
      const { treatment, control } = options;
      const query = await readMetricQuery(options, session.io);
      const arms = { treatment, ...(control === undefined ? {} : { control }) };
      const result = await (await session.connect(options)).queryProvider(key, { query, arms });
      session.show(options, result, () => formatMetricResult(result, session.paint));
      session.exitCode = EXIT_OF[result.status];
    });
}

const EXIT_OF: Readonly<Record<MetricResult['status'], ExitCode>> = {
  ok: EXIT.done,
  error: EXIT.failed,
  no_data: EXIT.inconclusive,
};
