/**
 * Where the parts of a JSON text stand in it. Made of texts that `JSON.parse` has taken, and no deeper than its caller has
 * seen to; so nothing here can fail.
 */
export interface JsonTree {
  readonly text: string;
  readonly root: JsonNode;
  /** Members that an object has twice: `JSON.parse` keeps the last without a word. */
  readonly twins: readonly { readonly path: readonly (string | number)[]; readonly offset: number }[];
}

interface JsonNode {
  readonly offset: number;
  /** By name, or by index in a list. */
  readonly children: ReadonlyMap<string | number, JsonNode>;
}

export interface Place {
  /** Both from 1. Columns are counted in UTF-16 code units, as editors do. */
  readonly line: number;
  readonly column: number;
}

export function jsonTree(text: string): JsonTree {
  const twins: JsonTree['twins'][number][] = [];
  const path: (string | number)[] = [];
  let at = 0;

  function skip(pattern: RegExp): string {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  }

  function read(): JsonNode {
    skip(SPACE);
    const offset = at;
    if (text[at] === '{') return { offset, children: readObject() };
    if (text[at] === '[') return { offset, children: readList() };
    skip(text[at] === '"' ? STRING : SCALAR);
    return { offset, children: NOTHING };
  }

  function readObject(): JsonNode['children'] {
    const children = new Map<string, JsonNode>();
    at += 1;
    for (skip(SPACE); text[at] === '"'; skip(SEPARATOR)) {
      const offset = at;
      // What the pattern finds in JSON is a JSON text.
      const name = JSON.parse(skip(STRING)) as string;
      skip(COLON);
      path.push(name);
      if (children.has(name)) twins.push({ path: [...path], offset });
      children.set(name, read());
      path.pop();
    }
    at += 1;
    return children;
  }

  function readList(): JsonNode['children'] {
    const children = new Map<number, JsonNode>();
    at += 1;
    for (skip(SPACE); at < text.length && text[at] !== ']'; skip(SEPARATOR)) {
      path.push(children.size);
      children.set(children.size, read());
      path.pop();
    }
    at += 1;
    return children;
  }

  return { text, root: read(), twins };
}

/** Where a JSON text first nests deeper than that; undefined where it does nowhere. */
export function offsetBelow(text: string, depthMax: number): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(STRINGS_AND_BRACKETS)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > depthMax) return index;
  }
  return undefined;
}

const STRINGS_AND_BRACKETS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/g;
const SPACE = /[ \t\r\n]*/y;
const COLON = /[ \t\r\n]*:/y;
const SEPARATOR = /[ \t\r\n]*,?[ \t\r\n]*/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /[^\s,\]}]+/y;
const NOTHING: JsonNode['children'] = new Map();

/** Where the value at a path begins; where it is missing, what should have it. */
export function placeOf({ text, root }: JsonTree, path: readonly (string | number)[]): Place {
  let node = root;
  for (const step of path) {
    const child = node.children.get(step);
    if (child === undefined) break;
    node = child;
  }
  return placeAt(text, node.offset);
}

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
