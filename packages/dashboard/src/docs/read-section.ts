/** A part of a page of the documentation, as blocks. Only what the documentation of this repository uses is known. */
export type DocsBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] };

/** What stands under the heading with this anchor, up to the next one as high; undefined when there is no such heading. */
export function readSection(markdown: string, anchor: string): readonly DocsBlock[] | undefined {
  const lines = markdown.split('\n');
  const inCode = codeLines(lines);
  const isHeading = (line: string, index: number) => !inCode.has(index) && /^#+ /.test(line);
  const first = lines.findIndex((line, index) => isHeading(line, index) && anchorOf(line) === anchor);
  if (first === -1) return undefined;
  const depth = depthOf(lines[first] ?? '');
  const length = lines
    .slice(first + 1)
    .findIndex((line, index) => isHeading(line, first + 1 + index) && depthOf(line) <= depth);
  return blocksOf(lines.slice(first, length === -1 ? undefined : first + 1 + length));
}

function depthOf(line: string): number {
  return /^#*/.exec(line)?.[0].length ?? 0;
}

/** As GitHub makes them: small letters, hyphens for spaces, no punctuation. */
function anchorOf(line: string): string {
  return line
    .replace(/^#+ /, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** A `#` in a program is a comment and no heading. */
function codeLines(lines: readonly string[]): ReadonlySet<number> {
  const inside = new Set<number>();
  let isInside = false;
  for (const [index, line] of lines.entries()) {
    if (isInside) inside.add(index);
    if (line.startsWith('```')) isInside = !isInside;
  }
  return inside;
}

function blocksOf(lines: readonly string[]): readonly DocsBlock[] {
  const blocks: DocsBlock[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const run = (is: (each: string) => boolean) => {
      const end = lines.findIndex((each, index) => index > at && !is(each));
      return lines.slice(at, end === -1 ? undefined : end);
    };
    if (line.startsWith('```')) {
      const body = run((each) => !each.startsWith('```')).slice(1);
      blocks.push({ kind: 'code', text: body.join('\n') });
      at += body.length + 2;
      continue;
    }
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const taken = /^#+ /.test(line) ? [line] : run((each) => isSameBlock(line, each));
    blocks.push(blockOf(line, taken));
    at += taken.length;
  }
  return blocks;
}

function isSameBlock(first: string, line: string): boolean {
  if (line.trim() === '' || line.startsWith('```') || /^#+ /.test(line)) return false;
  return line.startsWith('|') === first.startsWith('|');
}

function blockOf(first: string, lines: readonly string[]): DocsBlock {
  if (/^#+ /.test(first)) return { kind: 'heading', text: first.replace(/^#+ /, '') };
  if (first.startsWith('|')) {
    const rows = lines.filter((line) => !/^\|[ :|-]+\|$/.test(line)).map(cellsOf);
    return { kind: 'table', rows };
  }
  const text = lines.map((line) => line.trim()).join('\n');
  if (/^([-*]|\d+\.) /.test(first)) {
    const items = text.split(/\n(?=(?:[-*]|\d+\.) )/).map((item) => item.replace(/^([-*]|\d+\.) /, ''));
    return { kind: 'list', items: items.map((item) => item.replaceAll('\n', ' ')) };
  }
  return { kind: 'paragraph', text: text.replaceAll('\n', ' ') };
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

export interface DocsPiece {
  readonly kind: 'text' | 'code' | 'strong';
  readonly text: string;
}

/** Words with code and stress told apart; of a link the words stay. */
export function piecesOf(text: string): readonly DocsPiece[] {
  const plain = text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');
  return plain.split(/(`[^`]+`|\*\*[^*]+\*\*)/).flatMap((piece): DocsPiece[] => {
    if (piece === '') return [];
    if (/^`.+`$/.test(piece)) return [{ kind: 'code', text: piece.slice(1, -1) }];
    if (/^\*\*.+\*\*$/.test(piece)) return [{ kind: 'strong', text: piece.slice(2, -2) }];
    return [{ kind: 'text', text: piece }];
  });
}
