import type { JsonValue } from '@tidegate/evaluation';

/**
 * JSON with the places of its parts: browsers word the place of a flaw each in their own way or not at all, and none
 * says where a value stood. Lines count from 1.
 */
export type ReadJson =
  | { readonly kind: 'value'; readonly value: JsonValue; readonly lineOf: LineOf }
  | { readonly kind: 'flaw'; readonly line: number; readonly detail: string };

/** The line at which the value at a JSON Pointer begins; of what is missing, that of what should have it. */
export type LineOf = (pointer: string) => number;

/** Deeper than any value that the server takes; the reader recurses. */
const DEPTH_MAX = 100;

export function readJson(text: string): ReadJson {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;
  let counted = 0;

  function read(pointer: string, depth: number): JsonValue {
    skip(SPACE);
    lines.set(pointer, lineHere());
    if (depth > DEPTH_MAX) throw new Flaw(at, `it nests more than ${DEPTH_MAX} levels`);
    if (text[at] === '{') return readObject(pointer, depth);
    if (text[at] === '[') return readList(pointer, depth);
    const [start, token] = [at, skip(text[at] === '"' ? STRING : SCALAR)];
    try {
      return JSON.parse(token);
    } catch {
      throw new Flaw(start, `expected a value, found ${found(start)}`);
    }
  }

  function readObject(pointer: string, depth: number): JsonValue {
    const members: [string, JsonValue][] = [];
    at += 1;
    for (skip(SPACE); text[at] !== '}'; ) {
      const start = at;
      const name = nameOf(skip(STRING));
      if (name === undefined) throw new Flaw(start, `expected a name in quotes, found ${found(start)}`);
      expect(':');
      members.push([name, read(`${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth + 1)]);
      separate('}', '"');
    }
    at += 1;
    return Object.fromEntries(members);
  }

  function readList(pointer: string, depth: number): JsonValue {
    const items: JsonValue[] = [];
    at += 1;
    for (skip(SPACE); text[at] !== ']'; ) {
      items.push(read(`${pointer}/${items.length}`, depth + 1));
      separate(']', undefined);
    }
    at += 1;
    return items;
  }

  /** A comma with something behind it, or the end that is left where it is. */
  function separate(end: string, next: string | undefined): void {
    skip(SPACE);
    if (text[at] === end) return;
    if (text[at] !== ',') throw new Flaw(at, `expected a comma or ${end}, found ${found(at)}`);
    const comma = at;
    at += 1;
    skip(SPACE);
    if (text[at] === end || (next !== undefined && text[at] !== next)) {
      throw new Flaw(text[at] === end ? comma : at, `nothing follows this comma but ${found(at)}`);
    }
  }

  function expect(sign: string): void {
    skip(SPACE);
    if (text[at] !== sign) throw new Flaw(at, `expected ${sign}, found ${found(at)}`);
    at += 1;
  }

  /** Counted on from where it was asked last, as the reader only goes forward. */
  function lineHere(): number {
    for (; counted < at; counted += 1) if (text[counted] === '\n') line += 1;
    return line;
  }

  function skip(pattern: RegExp): string {
    pattern.lastIndex = at;
    const [token = ''] = pattern.exec(text) ?? [];
    at += token.length;
    return token;
  }

  function found(offset: number): string {
    return offset >= text.length
      ? 'the end'
      : text.slice(offset, offset + FOUND_LENGTH).split('\n', 1)[0] || 'a new line';
  }

  try {
    const value = read('', 0);
    skip(SPACE);
    if (at < text.length) throw new Flaw(at, `expected the end, found ${found(at)}`);
    return { kind: 'value', value, lineOf: (pointer) => nearest(lines, pointer) };
  } catch (error) {
    if (!(error instanceof Flaw)) throw error;
    return { kind: 'flaw', line: lineAt(text, error.offset), detail: error.message };
  }
}

/** So much of what was found tells which it is. */
const FOUND_LENGTH = 12;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"?/y;
const SCALAR = /[^\s,:\]}[{"]+/y;

class Flaw extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

function nameOf(token: string): string | undefined {
  try {
    const name: unknown = JSON.parse(token);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function nearest(lines: ReadonlyMap<string, number>, pointer: string): number {
  for (let place = pointer; ; place = place.slice(0, place.lastIndexOf('/'))) {
    const line = lines.get(place);
    if (line !== undefined) return line;
    if (!place.includes('/')) return 1;
  }
}
