/**
 * CRC-32 as in zip and PNG (ISO 3309), to tell a damaged checkpoint from a good one. Four bytes a step, by Kounavis and
 * Berry's slicing ("Novel table lookup-based algorithms for high-performance CRC generation", IEEE ToC 57, 2008): a
 * checkpoint of a large rollout has a hundred megabytes. `before` is that of the bytes before these, when they come in parts.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    const word =
      crc ^
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24));
    crc =
      (TABLES[768 + (word & 0xff)] ?? 0) ^
      (TABLES[512 + ((word >>> 8) & 0xff)] ?? 0) ^
      (TABLES[256 + ((word >>> 16) & 0xff)] ?? 0) ^
      (TABLES[word >>> 24] ?? 0);
  }
  for (; at < bytes.length; at++) crc = (TABLES[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Four tables of 256: the remainder of a byte that is followed by none, one, two and three zero bytes. */
const TABLES = buildTables();

function buildTables(): Int32Array {
  const tables = new Int32Array(1_024);
  for (let index = 0; index < 1_024; index++) {
    let remainder = index < 256 ? index : (tables[index - 256] ?? 0);
    if (index >= 256) remainder = (tables[remainder & 0xff] ?? 0) ^ (remainder >>> 8);
    else
      for (let bit = 0; bit < 8; bit++)
        remainder = (remainder & 1) === 1 ? 0xedb8_8320 ^ (remainder >>> 1) : remainder >>> 1;
    tables[index] = remainder;
  }
  return tables;
}
