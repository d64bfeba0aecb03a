import { JSON_DEPTH_MAX } from '@tidegate/protocol';
import { Lexer, parseAllDocuments } from 'yaml';
import { UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';

/** Hundreds of manifests fit; parsing takes a second or two. */
const FILE_CHARACTERS_MAX = 1_000_000;
/** How often anchors may be expanded, nested ones counted each time: a text of a kilobyte may not become gigabytes. */
const ALIASES_MAX = 100;
/** Values in all, those that aliases repeat counted each time. */
const VALUES_MAX = 100_000;
const TOO_DEEP = `it nests deeper than ${JSON_DEPTH_MAX} levels.`;
const TOO_MANY = `it has more than ${VALUES_MAX} values.`;

/**
 * The documents of a file, YAML or JSON. What comes out is a tree of bounded depth and size.
 *
 * @throws UsageError (exit code 2) for a file that is not there, too large, or neither.
 */
export async function readDocuments(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<readonly unknown[]> {
  const unreadable = (why: string) => new UsageError(`${path} cannot be read: ${why}`);
  let text: string;
  try {
    text = await io.readTextFile(path);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
  if (text.length > FILE_CHARACTERS_MAX) throw unreadable(`it has more than ${FILE_CHARACTERS_MAX} characters.`);
  // The parser is slow to find out, and walks nested values on the stack.
  const excess = findExcess(text);
  if (excess !== undefined) throw unreadable(excess);
  let documents: readonly unknown[];
  try {
    documents = parseDocuments(text);
  } catch (error) {
    // Nesting beyond the stack, aliases beyond their bound, and syntax: all are the file's.
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
  const flaw = findFlaw(documents);
  if (flaw !== undefined) throw unreadable(flaw);
  return documents;
}

/** What the lexer sends before each scalar. */
const SCALAR = '\u001F';

/** Too many scalars, or too many brackets, braces and dashes that are open at once. */
function findExcess(text: string): string | undefined {
  let scalarCount = 0;
  let openCount = 0;
  let dashCount = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR) scalarCount += 1;
    else if (token === '[' || token === '{') openCount += 1;
    else if (token === ']' || token === '}') openCount -= 1;
    else if (token === '-') dashCount += 1;
    else if (token === '\n') dashCount = 0;
    if (scalarCount > VALUES_MAX) return TOO_MANY;
    if (openCount > JSON_DEPTH_MAX || dashCount > JSON_DEPTH_MAX) return TOO_DEEP;
  }
  return undefined;
}

function parseDocuments(text: string): readonly unknown[] {
  const documents = [...parseAllDocuments(text, { logLevel: 'silent' })];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  });
}

/** Walks level by level; an alias of what it stands in has no end, and so too many levels. */
function findFlaw(documents: readonly unknown[]): string | undefined {
  let level: readonly unknown[] = documents;
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX) return TOO_DEEP;
    const next: unknown[] = [];
    for (const value of level) {
      count += 1;
      if (count > VALUES_MAX) return TOO_MANY;
      if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) next.push(child);
    }
    level = next;
  }
  return undefined;
}
