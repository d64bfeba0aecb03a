/** What came is no file of this vendor, as a whole; a flag that cannot be carried over is a line of the report instead. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}
