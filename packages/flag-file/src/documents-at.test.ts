import { describe, expect, test } from 'vitest';
import { documentsAt, revisionAt } from './documents-at.ts';
import type { FileChange, FlagFile } from './flag-file.ts';

const actor = { kind: 'key', id: 'k1', name: 'ada' } as const;
const change = (revision: number, of: Pick<FileChange, 'kind' | 'key'>, definition: object | null): FileChange => ({
  revision,
  ...of,
  definition,
  action: 'updated',
  actor,
  reason: '',
  atMs: revision * 1_000,
});
const flag = { kind: 'flag', key: 'new-checkout' } as const;
const segment = { kind: 'segment', key: 'staff' } as const;

const file: FlagFile = {
  revision: 9,
  flags: { 'new-checkout': { enabled: true } },
  history: [
    change(3, flag, {}),
    change(4, segment, { included: ['ada'] }),
    change(6, flag, null),
    change(8, flag, { enabled: true }),
  ],
};

describe('the documents at a revision', () => {
  test('are those of the newest changes at or before it, each with its own revision', () => {
    expect(documentsAt(file, 5)).toMatchObject({
      revision: 5,
      flags: [{ key: 'new-checkout', enabled: false, revision: 3 }],
      segments: [{ key: 'staff', included: ['ada'], revision: 4 }],
    });
    expect(documentsAt(file, 9)?.flags).toMatchObject([{ enabled: true, revision: 8 }]);
  });

  test('are without what was archived then, and empty before the first change', () => {
    expect(documentsAt(file, 7)).toMatchObject({ flags: [], segments: [{ key: 'staff' }] });
    expect(documentsAt(file, 2)).toEqual({ revision: 2, flags: [], segments: [] });
  });

  test('are not known after the pull, nor before it without a history', () => {
    expect(documentsAt(file, 10)).toBeUndefined();
    const { history, ...bare } = file;
    expect(documentsAt(bare, 8)).toBeUndefined();
    expect(documentsAt(bare, 9)?.flags).toMatchObject([{ enabled: true, revision: 9 }]);
  });
});

describe('the revision at an instant', () => {
  test('is the newest that was made at or before it', () => {
    expect(revisionAt(file, 5_999)).toBe(4);
    expect(revisionAt(file, 6_000)).toBe(6);
    expect(revisionAt(file, 1e12)).toBe(8);
  });

  test('is unknown before the first change, and without a history', () => {
    expect(revisionAt(file, 2_999)).toBeUndefined();
    expect(revisionAt({ flags: {} }, 6_000)).toBeUndefined();
  });
});
