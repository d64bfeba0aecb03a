/**
 * MurmurHash3 x86 32 (https://github.com/aappleby/smhasher), over words of four UTF-16 code units: the two libraries of
 * JavaScript whose hashes are kept alive here agree where all units are ASCII and differ in how they fold others.
 */
export function murmur3(text: string, { seed, wordAt }: { readonly seed: number; readonly wordAt: WordAt }): number {
  const { length } = text;
  const tailAt = length - (length % 4);
  let h = seed | 0;
  for (let at = 0; at < tailAt; at += 4) {
    h ^= scramble(wordAt(text, at));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  const tail = tailAt < length ? wordAt(text, tailAt) : 0;
  // A tail of 0 scrambles to 0; imurmurhash leaves a negative one (of units beyond ASCII) out.
  if (tail > 0) h ^= scramble(tail);
  h ^= length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Four code units from here on as one word; what is beyond the end counts as 0. */
export type WordAt = (text: string, at: number) => number;

/** As murmurhash3js does: the low byte of each unit. */
export const lowBytes: WordAt = (text, at) =>
  (text.charCodeAt(at) & 0xff) |
  ((text.charCodeAt(at + 1) & 0xff) << 8) |
  ((text.charCodeAt(at + 2) & 0xff) << 16) |
  ((text.charCodeAt(at + 3) & 0xff) << 24);

/** As imurmurhash does: whole units over one another, the last one's high byte wrapped around. */
export const foldedUnits: WordAt = (text, at) =>
  (text.charCodeAt(at) & 0xffff) ^
  ((text.charCodeAt(at + 1) & 0xffff) << 8) ^
  ((text.charCodeAt(at + 2) & 0xffff) << 16) ^
  ((text.charCodeAt(at + 3) & 0xff) << 24) ^
  ((text.charCodeAt(at + 3) & 0xff00) >> 8);

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}
