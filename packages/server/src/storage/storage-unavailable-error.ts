/**
 * The database did not do what was asked, for a reason outside of the request: the connection is lost, the deadline
 * passed, the disk is full, too much is waiting. The caller may repeat: every write carries what it expects.
 */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
}
