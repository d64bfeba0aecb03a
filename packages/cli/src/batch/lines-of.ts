/** The lines of a text that comes in pieces of any length, without their ends; an unfinished last line is one too. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncIterable<readonly string[]> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}
