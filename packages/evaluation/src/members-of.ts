import type { Index, Members } from './members.ts';
import { ShortTextIndex } from './short-text-index.ts';

/** Up to here a list is scanned: it takes no memory at all and no more time. */
const SCAN_MAX = 8;

export function membersOf<T>(list: readonly T[], indexOf: (list: readonly T[]) => Index<T> = setOf): Members<T> {
  return list.length > SCAN_MAX ? (ShortTextIndex.of(list) ?? indexOf(list)) : list;
}

function setOf<T>(list: readonly T[]): Index<T> {
  return new Set(list);
}
