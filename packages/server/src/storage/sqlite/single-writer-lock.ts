import Database from 'better-sqlite3';

/** Time for a predecessor that is just ending. */
const LOCK_WAIT_MS = 500;

export interface SingleWriterLock {
  release(): void;
}

/**
 * Keeps a second server off the same file: two would number positions and answer from memory each without the other.
 * The lock is one that the operating system holds for the process (SQLite's own, on an empty file beside the
 * database), so that it ends with the process however it ends: after `kill -9` nothing is left to clean up. The
 * database itself stays open to readers, backups among them.
 */
export function lockForSingleWriter(file: string): SingleWriterLock {
  const lockFile = `${file}.lock`;
  const lock = new Database(lockFile, { timeout: LOCK_WAIT_MS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error(
      `${file} is in use by another Tidegate server, which holds ${lockFile}. One server writes a SQLite file: ` +
        'stop the other, give this one another data folder, or let both share a PostgreSQL.',
      { cause: error },
    );
  }
  return { release: () => lock.close() };
}
