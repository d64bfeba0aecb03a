import { LazyDocument } from './lazy-document.ts';

/**
 * The value that `JSON.parse` gives for a snapshot, sooner: the flags and segments in its lists are read no further
 * than to their keys and their ends, and stay text until they are needed (see `LazyDocument`). What is not written as
 * expected (`"flags":[{"key":"…`) is parsed at once. Throws a SyntaxError for what is no JSON, as far as it is read; a
 * document that turns out to be none later is malformed by itself.
 *
 * What is lazy refers to the whole text, so that stays in memory as long as one of its documents was never asked for.
 */
export function readDocuments(text: string): unknown {
  return new SnapshotReader(text).read() ?? JSON.parse(text);
}

/** Lists of documents; everything else in a snapshot is short. */
const LISTS = ['"flags"', '"segments"'];

const [SPACE, TAB, LINE_FEED, RETURN] = [0x20, 0x09, 0x0a, 0x0d];
const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [LIST_BEGIN, LIST_END, OBJECT_BEGIN, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Every `skip…` gives false, and `read…` undefined, where something else is written. */
class SnapshotReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): object | undefined {
    const short: string[] = [];
    const lists: Record<string, readonly unknown[]> = {};
    if (!this.#skip(OBJECT_BEGIN)) return undefined;
    do {
      this.#skipSpace();
      const from = this.#at;
      if (!this.#skipText()) return undefined;
      const name = this.#text.slice(from, this.#at);
      if (!this.#skip(COLON)) return undefined;
      this.#skipSpace();
      if (LISTS.includes(name)) {
        const documents = this.#readList();
        if (documents === undefined) return undefined;
        lists[name.slice(1, -1)] = documents;
      } else {
        if (!this.#skipValue()) return undefined;
        short.push(this.#text.slice(from, this.#at));
      }
    } while (this.#skip(COMMA));
    if (!this.#skip(OBJECT_END)) return undefined;
    this.#skipSpace();
    if (this.#at < this.#text.length) return undefined;
    return { ...JSON.parse(`{${short.join()}}`), ...lists };
  }

  #readList(): unknown[] | undefined {
    const documents: unknown[] = [];
    if (!this.#skip(LIST_BEGIN)) return undefined;
    if (this.#skip(LIST_END)) return documents;
    do {
      this.#skipSpace();
      const from = this.#at;
      if (this.#unit() !== OBJECT_BEGIN || !this.#skipNested()) return undefined;
      documents.push(documentOf(this.#text.slice(from, this.#at)));
    } while (this.#skip(COMMA));
    return this.#skip(LIST_END) ? documents : undefined;
  }

  #unit(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skipSpace(): void {
    for (let unit = this.#unit(); isSpace(unit); unit = this.#unit()) this.#at++;
  }

  /** After white space. */
  #skip(unit: number): boolean {
    this.#skipSpace();
    if (this.#unit() !== unit) return false;
    this.#at++;
    return true;
  }

  #skipText(): boolean {
    if (this.#unit() !== QUOTE) return false;
    const end = endOfText(this.#text, this.#at);
    this.#at = end;
    return end > 0;
  }

  /** What is written there is for `JSON.parse` to judge; it only has to end here. */
  #skipValue(): boolean {
    const unit = this.#unit();
    if (unit === QUOTE) return this.#skipText();
    if (unit === OBJECT_BEGIN || unit === LIST_BEGIN) return this.#skipNested();
    const from = this.#at;
    while (this.#at < this.#text.length && this.#unit() !== COMMA && this.#unit() !== OBJECT_END) this.#at++;
    return this.#at > from;
  }

  /** To the end of an object or list. The one loop that sees every token: it reads fields into variables first. */
  #skipNested(): boolean {
    const text = this.#text;
    let depth = 0;
    for (let at = this.#at; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        at = endOfText(text, at) - 1;
        if (at < 0) return false;
      } else if (unit === OBJECT_BEGIN || unit === LIST_BEGIN) depth++;
      else if ((unit === OBJECT_END || unit === LIST_END) && --depth === 0) {
        this.#at = at + 1;
        return true;
      }
    }
    return false;
  }
}

function isSpace(unit: number): boolean {
  return unit === SPACE || unit === LINE_FEED || unit === RETURN || unit === TAB;
}

/** After the closing quote of the text that begins at a place; 0 when it has none. */
function endOfText(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote > 0; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (text.charCodeAt(first - 1) === BACKSLASH) first--;
    const isEscaped = (quote - first) % 2 === 1;
    if (!isEscaped) return quote + 1;
  }
  return 0;
}

const KEY_BEGIN = '{"key":"';

function documentOf(text: string): unknown {
  if (!text.startsWith(KEY_BEGIN)) return JSON.parse(text);
  const quoted = text.slice(KEY_BEGIN.length - 1, endOfText(text, KEY_BEGIN.length - 1));
  // Parsed, it is a text of its own, which does not hold on to the whole.
  return new LazyDocument(JSON.parse(quoted), text);
}
