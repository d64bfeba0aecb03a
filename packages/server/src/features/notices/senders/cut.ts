/** As much of a text as fits, with a mark where it was cut; never half a character. `write` may make each longer. */
export function cut(text: string, lengthMax: number, write: (character: string) => string = same): string {
  const written = [...text].map(write);
  const whole = written.join('');
  if (whole.length <= lengthMax) return whole;
  let length = 0;
  const fitting = written.filter((piece) => {
    length += piece.length;
    return length < lengthMax;
  });
  return `${fitting.join('')}…`;
}

function same(character: string): string {
  return character;
}

/** One line, of which nothing begins another. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
