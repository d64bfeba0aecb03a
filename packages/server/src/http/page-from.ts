import type { PageOf } from '@tidegate/protocol';

/** A page out of up to `limit + 1` rows: the one too many says that there is a next page. */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  each: { itemOf: (row: Row) => Item; keyOf: (row: Row) => string },
): PageOf<Item> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? each.keyOf(last) : null;
  return { items: page.map(each.itemOf), next };
}
