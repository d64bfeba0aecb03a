import type { ChannelView, NoticeView, Sending } from '@tidegate/protocol';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { EXIT } from '../exit-code.ts';
import { formatTable } from '../format/table.ts';
import { formatInstant, printable } from '../format/text.ts';
import { countOption } from '../input/parse-option.ts';
import { loadYamlFile } from '../plan-file/load-plan-file.ts';
import type { Session } from '../session.ts';

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface NoticesOptions extends ReadOptions {
  readonly state?: NoticeView['state'];
  readonly rollout?: string;
  readonly last: number;
}

/** Notices that are shown when nobody says how many: a screen of them. */
const LAST_DEFAULT = 20;

export function addChannelCommands(program: Command, session: Session): void {
  const channels = program
    .command('channels')
    .description("who is told of the environment's rollouts: Slack, PagerDuty, Alertmanager, e-mail, webhooks");
  addList(channels, session);
  addShow(channels, session);
  addSave(channels, session);
  addRemove(channels, session);
  addTest(channels, session);
  addNotices(channels, session);
  addResend(channels, session);
}

function addList(channels: Command, session: Session): void {
  channels
    .command('list')
    .description('all of them')
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const found = await (await session.connect(options)).listChannels();
      session.show(options, found, () => formatChannels(found));
    });
}

function addShow(channels: Command, session: Session): void {
  channels
    .command('show <key>')
    .description('its settings; of secrets their names')
    .action(async (key: string, _: unknown, command: Command) => {
      const api = await session.connect(command.optsWithGlobals<GlobalOptions>());
      session.print([JSON.stringify((await api.getChannel(key)).settings, null, 2)]);
    });
}

function addSave(channels: Command, session: Session): void {
  channels
    .command('save <key>')
    .description('save a channel as a new version, unless the newest says the same')
    .requiredOption('--file <channel.yaml>', 'its settings, in YAML or JSON')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { file: string }>();
      const settings = await loadYamlFile(options.file, session.io);
      const saved = await (await session.connect(options)).saveChannel(key, settings);
      session.show(options, saved, () => [`${saved.key}, version ${saved.version}, says what ${options.file} says.`]);
    });
}

function addRemove(channels: Command, session: Session): void {
  channels
    .command('remove <key>')
    .description('tell it nothing any more')
    .action(async (key: string, _: unknown, command: Command) => {
      await (await session.connect(command.optsWithGlobals<GlobalOptions>())).removeChannel(key);
      session.print([`${key} is removed.`]);
    });
}

function addTest(channels: Command, session: Session): void {
  channels
    .command('test <key>')
    .description('send it a test notice now: 0 when it was taken, else 1')
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const sending = await (await session.connect(options)).testChannel(key);
      session.show(options, sending, () => [formatSending(key, sending)]);
      session.exitCode = sending.kind === 'sent' ? EXIT.done : EXIT.failed;
    });
}

function addNotices(channels: Command, session: Session): void {
  channels
    .command('notices')
    .description('what was told, what waits to be, and what nobody took; newest first')
    .option('--state <waiting|sent|given-up>', 'only those')
    .option('--rollout <id>', 'only of this rollout')
    .option('--last <n>', `how many (default: ${LAST_DEFAULT})`, countOption, LAST_DEFAULT)
    .option('--json', 'as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<NoticesOptions>();
      const found = await (await session.connect(options)).listNotices(options);
      session.show(options, found, () => formatNotices(found));
    });
}

function addResend(channels: Command, session: Session): void {
  channels
    .command('resend <number>')
    .description('send a notice again that was given up')
    .action(async (number: string, _: unknown, command: Command) => {
      await (await session.connect(command.optsWithGlobals<GlobalOptions>())).resendNotice(number);
      session.print([`Notice ${number} waits to be sent again.`]);
    });
}

function formatChannels(channels: readonly ChannelView[]): string[] {
  const rows = channels.map(({ key, settings }) => [
    printable(key),
    settings.kind,
    settings.on?.join(' ') ?? 'everything',
    printable(settings.flags?.join(' ') ?? 'all flags'),
    printable(settings.description),
  ]);
  return formatTable({ header: ['CHANNEL', 'KIND', 'IS TOLD', 'OF', 'DESCRIPTION'], rows });
}

function formatSending(key: string, sending: Sending): string {
  if (sending.kind === 'sent') return `${key} took it: ${printable(sending.detail)}`;
  return `${key} did not take it (${sending.class}): ${printable(sending.detail)}`;
}

function formatNotices(notices: readonly NoticeView[]): string[] {
  const rows = notices.map(({ number, createdAtMs, target, state, tries, notice, failure }) => [
    String(number),
    formatInstant(createdAtMs),
    printable(target),
    state,
    String(tries),
    printable(notice.title),
    printable(state === 'sent' ? '' : (failure ?? '')),
  ]);
  return formatTable({
    header: ['NUMBER', 'AT', 'TO', 'STATE', 'TRIES', 'NOTICE', 'FAILURE'],
    rows,
    rightAligned: [0, 4],
  });
}
