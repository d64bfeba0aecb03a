import { MEMBERS_PER_REQUEST_MAX } from '@tidegate/protocol';

/** The body of a request is refused beyond 1 MB; the rest of it is a reason. */
const CHUNK_BYTES_MAX = 900_000;

/** Units in as few parts as requests take. */
export function chunksOf(members: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let chunk: string[] = [];
  let bytes = 0;
  for (const member of members) {
    const size = Buffer.byteLength(JSON.stringify(member)) + 1;
    if (chunk.length === MEMBERS_PER_REQUEST_MAX || (chunk.length > 0 && bytes + size > CHUNK_BYTES_MAX)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(member);
    bytes += size;
  }
  return chunk.length === 0 ? chunks : [...chunks, chunk];
}
