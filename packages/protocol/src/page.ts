import * as z from 'zod';
import { NAME_LENGTH_MAX } from './key.ts';

/** What a person scrolls through, by default. */
export const PAGE_LIMIT_DEFAULT = 50;
/** Bounds the size and the time of one answer. */
export const PAGE_LIMIT_MAX = 200;

/** A text of digits, as queries carry numbers. */
const digits = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a number')
  .transform(Number);

const limit = digits.pipe(z.int().min(1).max(PAGE_LIMIT_MAX)).default(PAGE_LIMIT_DEFAULT);

/** The next page begins after the last key (or id) of the previous one. */
export const pageQuerySchema = z.strictObject({ limit, after: z.string().min(1).max(NAME_LENGTH_MAX).exactOptional() });

/** `true` or `false`, as queries carry them. */
const yesOrNo = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** Pages of the change log: oldest first, beginning after a revision; or newest first, going back from one. */
export const changesQuerySchema = z.strictObject({
  limit,
  after: digits.exactOptional(),
  order: z.enum(['oldest', 'newest']).default('oldest'),
  documents: yesOrNo.describe('Whether to tell what each document became.'),
});

/** Pages of one document's history, newest first, going back from a revision. */
export const historyQuerySchema = z.strictObject({ limit, after: digits.exactOptional() });

/** Pages of documents; archived ones only when asked for. */
export const documentsQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  archived: yesOrNo,
});

/** One page: `next` is the `after` of the page that follows; null says that there is none. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export function pageOf<Item>(item: z.ZodType<Item>): z.ZodType<PageOf<Item>> {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}
