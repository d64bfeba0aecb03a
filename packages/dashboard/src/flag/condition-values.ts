import type { JsonValue } from '@tidegate/evaluation';

/**
 * Values of a condition as people type them: `de, fr, 3, true`. A text that would be read as something else, or has a
 * comma or a quote in it, is written in quotes as JSON has them.
 */
export function formatValues(values: readonly JsonValue[]): string {
  return values.map(formatValue).join(', ');
}

export function parseValues(text: string): readonly JsonValue[] {
  return pieces(text).map(parseValue);
}

function formatValue(value: JsonValue): string {
  const isPlain = typeof value === 'string' && value !== '' && !/[,"[\]{}]|^\s|\s$/.test(value) && !isJson(value);
  return isPlain ? value : JSON.stringify(value);
}

function parseValue(piece: string): JsonValue {
  try {
    return JSON.parse(piece);
  } catch {
    return piece;
  }
}

function isJson(text: string): boolean {
  return typeof parseValue(text) !== 'string' || text.startsWith('"');
}

/** Cuts at commas that are neither within quotes nor within brackets. */
function pieces(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let begin = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const letter = text[index];
    if (isQuoted && letter === '\\') index += 1;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === '[' || letter === '{')) depth += 1;
    else if (!isQuoted && (letter === ']' || letter === '}')) depth -= 1;
    if (letter === undefined || (letter === ',' && !isQuoted && depth <= 0)) {
      found.push(text.slice(begin, index).trim());
      begin = index + 1;
    }
  }
  return found.filter((piece) => piece !== '');
}
