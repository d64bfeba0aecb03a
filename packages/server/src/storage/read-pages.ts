import type { Page } from './storage.ts';

/** All rows of a list that is read page by page, each beginning after the last key of the one before. */
export async function readPages<Row>(
  limit: number,
  read: (page: Page) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after: string | undefined; ; ) {
    const page = await read({ limit, ...(after === undefined ? {} : { after }) });
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return rows;
    after = keyOf(last);
  }
}
