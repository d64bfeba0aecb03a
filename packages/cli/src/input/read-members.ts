import { SEGMENT_BYTES_MAX, SEGMENT_KEYS_MAX, unitKeySchema } from '@tidegate/protocol';
import { linesOf } from '../batch/lines-of.ts';
import { UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';

/**
 * Units from the command line, or one a line from a file or, as `-`, from standard input; empty lines are none, and what
 * is named twice is one. All are read and checked before the first is sent.
 *
 * @throws UsageError (exit code 2) for none, for too many, and for what is no key of a unit.
 */
export async function readMembers(
  { named, file }: { readonly named: readonly string[]; readonly file: string | undefined },
  io: Pick<CliIo, 'readTextFile' | 'stdin'>,
): Promise<readonly string[]> {
  if (named.length > 0 === (file !== undefined)) throw new UsageError('Name units, or say --file, and one of the two.');
  const members = new Set<string>();
  let lineNumber = 0;
  for await (const lines of file === undefined ? [named] : linesOf(piecesOf(file, io))) {
    for (const line of lines) {
      lineNumber += 1;
      const member = line.endsWith('\r') ? line.slice(0, -1) : line;
      if (member === '') continue;
      const { success } = unitKeySchema.safeParse(member);
      if (!success) throw new UsageError(`${placeOf(file, lineNumber)} is too long for the key of a unit.`);
      members.add(member);
    }
    if (members.size > SEGMENT_KEYS_MAX) throw new UsageError(`A segment lists at most ${SEGMENT_KEYS_MAX} units.`);
  }
  if (members.size === 0) throw new UsageError(`${file ?? 'What was named'} has no units in it.`);
  return [...members];
}

function placeOf(file: string | undefined, lineNumber: number): string {
  return file === undefined ? `Unit ${lineNumber}` : `${file}:${lineNumber}`;
}

async function* piecesOf(file: string, io: Pick<CliIo, 'readTextFile' | 'stdin'>): AsyncIterable<string> {
  let length = 0;
  for await (const piece of file === '-' ? io.stdin : [await readFile(file, io)]) {
    length += piece.length;
    if (length > SEGMENT_BYTES_MAX) throw new UsageError(`${file} has more than ${SEGMENT_BYTES_MAX} characters.`);
    yield piece;
  }
}

async function readFile(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<string> {
  try {
    return await io.readTextFile(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
