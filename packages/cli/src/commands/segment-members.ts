import type { SegmentSize } from '@tidegate/protocol';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { ProblemError } from '../errors.ts';
import { counted, formatCount, printable } from '../format/text.ts';
import { chunksOf } from '../input/chunks-of.ts';
import { readMembers } from '../input/read-members.ts';
import type { Session } from '../session.ts';

interface MemberOptions extends GlobalOptions {
  readonly file?: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** Which way units go, and how that is said. */
interface Direction {
  readonly member: 'add' | 'remove';
  readonly done: string;
}

export function addMemberCommands(segments: Command, session: Session): void {
  addChange(segments, session, { member: 'add', done: 'added' }).description(
    'let units join those that it lists; the excluded stay out',
  );
  addChange(segments, session, { member: 'remove', done: 'taken out' }).description(
    'take units out of those that it lists; its condition may have them in it all the same',
  );
}

function addChange(segments: Command, session: Session, direction: Direction): Command {
  return segments
    .command(`${direction.member}-members <segment> [units...]`)
    .option('--file <path>', 'one unit a line; - is standard input')
    .option('--reason <text>', 'why, for the audit log', '')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nMany are sent in parts, each a change of its own. Where it stops half way it says what was done by then, and' +
        '\nrunning it again with the same units does the rest.',
    )
    .action(async (key: string, named: readonly string[], _: unknown, command: Command) => {
      const options = command.optsWithGlobals<MemberOptions>();
      const members = await readMembers({ named, file: options.file }, session.io);
      const size = await send(session, { key, members, direction, options });
      const lists = `${printable(key)} lists ${counted(size.includedCount, 'unit')} now (revision ${size.revision}).`;
      session.show(options, size, () => [lists]);
    });
}

interface Sending {
  readonly key: string;
  readonly members: readonly string[];
  readonly direction: Direction;
  readonly options: MemberOptions;
}

/** Part by part; what was done before a failure is told on stderr, before what failed. */
async function send(session: Session, { key, members, direction, options }: Sending): Promise<SegmentSize> {
  const api = await session.connect(options);
  const { stderr } = session.io;
  const { member, done } = direction;
  const total = counted(members.length, 'unit');
  let size: SegmentSize = { key, revision: 0, includedCount: 0 };
  let doneCount = 0;
  for (const chunk of chunksOf(members)) {
    try {
      size = await api.changeMembers(key, { [member]: chunk, reason: options.reason });
    } catch (error) {
      const before = doneCount === 0 ? 'none' : `the first ${formatCount(doneCount)}`;
      const isRefused = error instanceof ProblemError && error.problem.status < 500;
      const open = isRefused ? '' : `; whether the next ${formatCount(chunk.length)} are is not known`;
      stderr.write(`Stopped with ${before} of ${total} ${done}${open}.\n`);
      throw error;
    }
    doneCount += chunk.length;
    if (chunk.length < members.length) stderr.write(`${formatCount(doneCount)} of ${total} ${done}\n`);
  }
  return size;
}
