/**
 * The words of a condition. The language has numbers, texts, booleans, lists and records, and no way to call anything,
 * keep anything or repeat anything but over the values of one answer.
 */
export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | { readonly kind: 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'name'; readonly value: string; readonly at: number }
  | { readonly kind: 'sign'; readonly value: string; readonly at: number }
  | { readonly kind: 'end'; readonly value: ''; readonly at: number };

/** A condition that does not read, and where. */
export class ConditionFlaw extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const PATTERN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|"(?<double>[^"\\\n]*)"|'(?<single>[^'\\\n]*)'|(?<sign>\|\||&&|[<>=!]=|[-+*/%<>!()[\]{}.,#]))/y;

/** Conditions of other tools write these signs as words too. */
const WORDS = new Map(
  Object.entries({ and: '&&', or: '||', not: '!' }).map(([word, value]) => [
    word,
    (at: number): Token => ({ kind: 'sign', value, at }),
  ]),
);

/** @throws ConditionFlaw at what is no word. */
export function readTokens(source: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = source.trimEnd();
  let at = 0;
  while (at < trimmed.length) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(trimmed);
    if (match === null)
      throw new ConditionFlaw(`"${trimmed.slice(at).trimStart().slice(0, 12)}" is no word of a condition.`, at);
    const { number, name, double, single, sign } = match.groups ?? {};
    const text = double ?? single;
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number), at });
    else if (text !== undefined) tokens.push({ kind: 'text', value: text, at });
    else if (name !== undefined) tokens.push(WORDS.get(name)?.(at) ?? { kind: 'name', value: name, at });
    else tokens.push({ kind: 'sign', value: sign ?? '', at });
    at = PATTERN.lastIndex;
  }
  return [...tokens, { kind: 'end', value: '', at }];
}
