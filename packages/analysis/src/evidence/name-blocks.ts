import { BLOCK_ENTRIES, type Column, type FillColumns } from './column.ts';

/** Names as columns, a block at a time: their lengths, and then their UTF-16 code units. */
export function* listNames(names: readonly string[]): Generator<Column> {
  for (let from = 0; from < names.length; from += BLOCK_ENTRIES) {
    const block = names.slice(from, from + BLOCK_ENTRIES);
    const text = block.join('');
    const units = new Uint16Array(text.length);
    for (let at = 0; at < units.length; at++) units[at] = text.charCodeAt(at);
    yield Uint16Array.from(block, (name) => name.length);
    yield units;
  }
}

export function readNames(count: number, fill: FillColumns): readonly string[] {
  const names: string[] = [];
  while (names.length < count) {
    const lengths = new Uint16Array(Math.min(BLOCK_ENTRIES, count - names.length));
    fill([lengths]);
    for (const length of lengths) {
      const units = new Uint16Array(length);
      fill([units]);
      names.push(String.fromCharCode(...units));
    }
  }
  return names;
}
