const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * FNV-1a with 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/), but over UTF-16 units instead of bytes: it is what a
 * vendor's SDK hashes. For ASCII the two are one. An unsigned 32-bit integer.
 */
export function fnv1aUnits(text: string): number {
  let hash = OFFSET_BASIS;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return hash >>> 0;
}
