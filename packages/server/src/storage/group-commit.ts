import { StorageUnavailableError } from './storage-unavailable-error.ts';

/**
 * Many small writes, one transaction: what arrives while a commit is under way, or in the same turn of the event loop,
 * is committed together next. A disk that flushes in 5 ms gives 200 commits a second however small they are; shared,
 * each of them carries hundreds of writes. Writes keep the order in which they were added, and there is never more
 * than one commit under way.
 *
 *     add a ─┐             add c ─┐
 *     add b ─┴─▶ commit ab ──────┴─▶ commit c      a and b are fulfilled together, after their commit
 */
export interface GroupCommit<Item> {
  /** Fulfilled once all the items are durable. Rejected: none of them is, or the commit's fate is unknown. */
  add(items: readonly Item[]): Promise<void>;
  /** Fulfilled once nothing is waiting. Later writes are refused. */
  close(): Promise<void>;
}

export interface GroupCommitOptions<Item> {
  bytesOf(item: Item): number;
  commit(items: readonly Item[]): Promise<void>;
}

/** Bounds how long one transaction takes, and with a synchronous database how long the event loop stands still. */
export const GROUP_BYTES_MAX = 2_000_000;
/** Small items cost a statement each, whatever their size. */
export const GROUP_ITEMS_MAX = 1_000;
/** What waits is memory. Beyond this the database is behind for good, and callers do better to come back later. */
export const WAITING_BYTES_MAX = 64_000_000;

interface Write<Item> {
  readonly items: readonly Item[];
  readonly bytes: number;
  fulfil(): void;
  reject(error: unknown): void;
}

export function groupCommit<Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> {
  let waiting: Write<Item>[] = [];
  let waitingBytes = 0;
  let state: 'idle' | 'busy' = 'idle';
  let closed = false;
  let onIdle: (() => void)[] = [];

  const takeGroup = (): Write<Item>[] => {
    const count = groupLength(waiting);
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const write of group) waitingBytes -= write.bytes;
    return group;
  };

  const commitNext = async (): Promise<void> => {
    const group = takeGroup();
    try {
      await options.commit(group.flatMap((write) => write.items));
      for (const write of group) write.fulfil();
    } catch (error) {
      for (const write of group) write.reject(error);
    }
    if (waiting.length > 0) {
      setImmediate(commitNext);
      return;
    }
    state = 'idle';
    for (const call of onIdle) call();
    onIdle = [];
  };

  return {
    add: (items) => {
      if (closed) return Promise.reject(new StorageUnavailableError('the storage is closed'));
      if (items.length === 0) return Promise.resolve();
      if (waitingBytes > WAITING_BYTES_MAX) {
        return Promise.reject(new StorageUnavailableError(`${waitingBytes} bytes are waiting to be written already`));
      }
      return new Promise<void>((fulfil, reject) => {
        const bytes = items.reduce((sum, item) => sum + options.bytesOf(item), 0);
        waiting.push({ items, bytes, fulfil, reject });
        waitingBytes += bytes;
        if (state === 'busy') return;
        state = 'busy';
        setImmediate(commitNext);
      });
    },
    close: () => {
      closed = true;
      return state === 'idle' ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve));
    },
  };
}

/** How many of the waiting writes go into the next commit: at least one, and then as many as fit. */
function groupLength<Item>(waiting: readonly Write<Item>[]): number {
  let bytes = 0;
  let itemCount = 0;
  let length = 0;
  for (const write of waiting) {
    bytes += write.bytes;
    itemCount += write.items.length;
    if (length > 0 && (bytes > GROUP_BYTES_MAX || itemCount > GROUP_ITEMS_MAX)) break;
    length++;
  }
  return length;
}
