/**
 * The lines of a text that comes in pieces of any length, without their ends; an unfinished last line is one too.
 * A piece without an end is only put aside: to search the whole of a long line anew at every piece takes its square.
 */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncIterable<readonly string[]> {
  let rest = '';
  for await (const piece of pieces) {
    if (!piece.includes('\n')) {
      rest += piece;
      continue;
    }
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}
