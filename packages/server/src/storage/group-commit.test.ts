import { expect, test } from 'vitest';
import { GROUP_BYTES_MAX, GROUP_ITEMS_MAX, groupCommit, WAITING_BYTES_MAX } from './group-commit.ts';
import { StorageUnavailableError } from './storage-unavailable-error.ts';

/** A disk that commits when the test says so. */
function manualDisk() {
  const commits: { items: readonly string[]; succeed(): void; fail(error: Error): void }[] = [];
  const commit = (items: readonly string[]) =>
    new Promise<void>((succeed, fail) => {
      commits.push({ items, succeed, fail });
    });
  return { commits, commit };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const bytesOf = (item: string) => item.length;

test('writes of one turn of the event loop share a commit, in the order in which they came', async () => {
  const disk = manualDisk();
  const group = groupCommit({ bytesOf, commit: disk.commit });
  const writes = [group.add(['a', 'b']), group.add(['c']), group.add(['d'])];
  await nextTurn();
  expect(disk.commits.map((commit) => commit.items)).toEqual([['a', 'b', 'c', 'd']]);
  disk.commits[0]?.succeed();
  await Promise.all(writes);
});

test('a write is not fulfilled before its commit', async () => {
  const disk = manualDisk();
  const group = groupCommit({ bytesOf, commit: disk.commit });
  let fulfilled = false;
  const write = group.add(['a']).then(() => {
    fulfilled = true;
  });
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  expect(fulfilled).toBe(false);
  disk.commits[0]?.succeed();
  await write;
});

test('what comes during a commit waits for the next, and there is never more than one', async () => {
  const disk = manualDisk();
  const group = groupCommit({ bytesOf, commit: disk.commit });
  const first = group.add(['a']);
  await nextTurn();
  const second = [group.add(['b']), group.add(['c'])];
  await nextTurn();
  expect(disk.commits).toHaveLength(1);
  disk.commits[0]?.succeed();
  await first;
  await nextTurn();
  expect(disk.commits[1]?.items).toEqual(['b', 'c']);
  disk.commits[1]?.succeed();
  await Promise.all(second);
});

test('a commit that fails rejects its own writes and no others', async () => {
  const disk = manualDisk();
  const group = groupCommit({ bytesOf, commit: disk.commit });
  const failing = [group.add(['a']), group.add(['b'])].map((write) => expect(write).rejects.toThrow('no space'));
  await nextTurn();
  const later = group.add(['c']);
  disk.commits[0]?.fail(new Error('no space'));
  await Promise.all(failing);
  await nextTurn();
  disk.commits[1]?.succeed();
  await later;
});

test('a commit is bounded in bytes and in items, and no write is split over two', async () => {
  const commits: number[] = [];
  const group = groupCommit<string>({
    bytesOf,
    commit: async (items) => {
      commits.push(items.length);
    },
  });
  const large = 'x'.repeat(GROUP_BYTES_MAX * 0.6);
  const many = Array.from({ length: GROUP_ITEMS_MAX * 0.6 }, () => 'y');
  await Promise.all([[large], [large], [large, large], many, many].map((items) => group.add(items)));
  expect(commits).toEqual([1, 1, 2, many.length, many.length]);
});

test('beyond a bound of waiting bytes writes are refused, and taken again once the disk has caught up', async () => {
  const disk = manualDisk();
  const group = groupCommit({ bytesOf: () => WAITING_BYTES_MAX, commit: disk.commit });
  const committing = group.add(['a']);
  await nextTurn();
  const waiting = [group.add(['b'])];
  await nextTurn();
  waiting.push(group.add(['c']));
  await expect(group.add(['d'])).rejects.toThrow(StorageUnavailableError);
  for (let commit = 0; commit < 3; commit++) {
    disk.commits[commit]?.succeed();
    await nextTurn();
    await nextTurn();
  }
  await Promise.all([committing, ...waiting]);
  const later = group.add(['e']);
  await nextTurn();
  disk.commits[3]?.succeed();
  await later;
});

test('closing waits for what was added, and refuses what comes later', async () => {
  const disk = manualDisk();
  const group = groupCommit({ bytesOf, commit: disk.commit });
  const write = group.add(['a']);
  const closing = group.close();
  await expect(group.add(['b'])).rejects.toThrow(StorageUnavailableError);
  await nextTurn();
  disk.commits[0]?.succeed();
  await Promise.all([write, closing]);
  expect(disk.commits).toHaveLength(1);
});
