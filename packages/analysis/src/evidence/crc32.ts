/** CRC-32 as in zip and PNG (ISO 3309), to tell a damaged checkpoint from a good one. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let remainder = index;
  for (let bit = 0; bit < 8; bit++)
    remainder = (remainder & 1) === 1 ? 0xedb8_8320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});
