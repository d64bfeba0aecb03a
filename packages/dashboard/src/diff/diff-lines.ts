/** One row of a side-by-side diff: what stood left, what stands right; undefined where there is nothing. */
export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'added' | 'removed';
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** Lines compared each with each: beyond, the middle is shown as replaced. */
const LINES_MAX = 1_500;
/** Lines of context around what changed; the rest is folded. */
const CONTEXT = 3;

/** The shortest way from one text to the other, line by line. */
export function diffLines(before: string, after: string): readonly DiffRow[] {
  const left = before.split('\n');
  const right = after.split('\n');
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  ) {
    end += 1;
  }
  const same = (line: string): DiffRow => ({ kind: 'same', left: line, right: line });
  return [
    ...left.slice(0, start).map(same),
    ...pairUp(middleOf(left.slice(start, left.length - end), right.slice(start, right.length - end))),
    ...left.slice(left.length - end).map(same),
  ];
}

/** The rows around what changed; `undefined` stands for lines that are left out. */
export function foldRows(rows: readonly DiffRow[]): readonly (DiffRow | undefined)[] {
  const isNear = rows.map((_, index) =>
    rows.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
  );
  const folded: (DiffRow | undefined)[] = [];
  for (const [index, row] of rows.entries()) {
    if (isNear[index]) folded.push(row);
    else if (index === 0 || isNear[index - 1]) folded.push(undefined);
  }
  return folded;
}

/** A document as lines, its members in one order, so that only what differs differs. */
export function linesOf(document: unknown): string {
  return document === undefined ? '' : JSON.stringify(sorted(document), null, 2);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

/** By the longest common subsequence. */
function middleOf(left: readonly string[], right: readonly string[]): readonly DiffRow[] {
  const removed = (line: string): DiffRow => ({ kind: 'removed', left: line, right: undefined });
  const added = (line: string): DiffRow => ({ kind: 'added', left: undefined, right: line });
  if (left.length > LINES_MAX || right.length > LINES_MAX) return [...left.map(removed), ...right.map(added)];
  const width = right.length + 1;
  const common = new Uint16Array((left.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const rows: DiffRow[] = [];
  let row = 0;
  let column = 0;
  while (row < left.length || column < right.length) {
    const [one, other] = [left[row], right[column]];
    if (one !== undefined && one === other) {
      rows.push({ kind: 'same', left: one, right: one });
      row += 1;
      column += 1;
    } else if (other === undefined || (one !== undefined && at(row + 1, column) >= at(row, column + 1))) {
      rows.push(removed(one ?? ''));
      row += 1;
    } else {
      rows.push(added(other));
      column += 1;
    }
  }
  return rows;
}

/** Lines that went and lines that came in their place stand beside one another. */
function pairUp(rows: readonly DiffRow[]): readonly DiffRow[] {
  const result: DiffRow[] = [];
  let index = 0;
  while (index < rows.length) {
    const removed: DiffRow[] = [];
    const added: DiffRow[] = [];
    while (rows[index]?.kind === 'removed' || rows[index]?.kind === 'added') {
      const row = rows[index];
      if (row?.kind === 'removed') removed.push(row);
      else if (row !== undefined) added.push(row);
      index += 1;
    }
    for (let pair = 0; pair < Math.max(removed.length, added.length); pair += 1) {
      const left = removed[pair]?.left;
      const right = added[pair]?.right;
      result.push({ kind: left === undefined ? 'added' : right === undefined ? 'removed' : 'changed', left, right });
    }
    const next = rows[index];
    if (next !== undefined) result.push(next);
    index += 1;
  }
  return result;
}
