import type { UpdateOutcome } from '../storage.ts';

/** What an update of one version came to: the row that it returned, or why it returned none. */
export async function updateOutcome(
  updated: readonly { readonly version: number }[],
  find: () => Promise<unknown>,
): Promise<UpdateOutcome> {
  const [row] = updated;
  if (row !== undefined) return { kind: 'updated', version: row.version };
  return (await find()) === undefined ? { kind: 'missing' } : { kind: 'stale' };
}
