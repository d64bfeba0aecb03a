/**
 * A 32-bit hash of the length and three units of a text, where texts that stand in one list usually differ. It costs
 * the same for any length and says less than a hash of all: who uses it bounds what happens when many texts share one.
 */
export function quickHash(text: string): number {
  const { length } = text;
  // Once it was asked for a unit that is not there, an engine calls a function for each.
  if (length < 2) return length === 0 ? 0 : text.charCodeAt(0);
  const end = text.charCodeAt(length - 1) + Math.imul(text.charCodeAt(length - 2), 31);
  const mixed = Math.imul(end + Math.imul(text.charCodeAt(length >> 1), 7919) + length, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
