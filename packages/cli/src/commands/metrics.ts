import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatMetric, formatMetricTable } from '../format/metrics.ts';
import { printable } from '../format/text.ts';
import { readMetricSettings } from '../input/metric-settings.ts';
import { saveMetric } from '../rollouts/save-metric.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addMetricCommands(program: Command, session: Session): void {
  const metrics = program
    .command('metrics')
    .description('what guards of rollouts measure: the events of an application, counted or summed per unit');
  addList(metrics, session);
  addShow(metrics, session);
  addSave(metrics, session);
  addArchive(metrics, session);
}

function addList(metrics: Command, session: Session): void {
  metrics
    .command('list')
    .description('every metric of the environment')
    .option('--archived', 'archived metrics too')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { archived?: boolean }>();
      const found = await (await session.connect(options)).listMetrics({ archived: options.archived === true });
      session.show(options, found, () => formatMetricTable(found, session.paint));
    });
}

function addShow(metrics: Command, session: Session): void {
  metrics
    .command('show <metric>')
    .description('one of them, with its settings')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).getMetric(key);
      session.show(options, found, () => formatMetric(found, session.paint));
    });
}

function addSave(metrics: Command, session: Session): void {
  metrics
    .command('save <metric>')
    .description('make one, or make it what the file says; an archived one comes back. Rollouts that run keep theirs')
    .requiredOption('--file <metric.yaml>', 'its event, its kind, and what that kind needs, in YAML or JSON')
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { file: string; reason: string }>();
      const settings = await readMetricSettings(options.file, session.io);
      const api = await session.connect(options);
      const { metric, changed } = await saveMetric(api, { key, settings, reason: options.reason });
      const words = `${printable(key)} ${changed ? 'says' : 'said already'} what ${options.file} says`;
      session.show(options, metric, () => [`${words} (${api.environment}, revision ${metric.revision}).`]);
    });
}

function addArchive(metrics: Command, session: Session): void {
  metrics
    .command('archive <metric>')
    .description('archive one that guards no active rollout')
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { reason: string }>();
      const api = await session.connect(options);
      const { revision } = await api.getMetric(key);
      const archived = await api.archiveDocument({ kind: 'metric', key, revision }, options.reason);
      session.show(options, archived, () => [`${printable(key)} is archived.`]);
    });
}
