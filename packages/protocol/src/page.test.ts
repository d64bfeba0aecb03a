import { expect, test } from 'vitest';
import { changesQuerySchema, documentsQuerySchema, PAGE_LIMIT_DEFAULT, pageQuerySchema } from './page.ts';

test('a page is asked for in texts, as queries carry them', () => {
  expect(pageQuerySchema.parse({})).toEqual({ limit: PAGE_LIMIT_DEFAULT });
  expect(pageQuerySchema.parse({ limit: '7', after: 'b' })).toEqual({ limit: 7, after: 'b' });
  expect(changesQuerySchema.parse({ after: '12' })).toEqual({
    limit: PAGE_LIMIT_DEFAULT,
    after: 12,
    order: 'oldest',
    documents: false,
  });
  expect(documentsQuerySchema.parse({ archived: 'true' })).toMatchObject({ archived: true });
});

test.each([
  { limit: '0' },
  { limit: '201' },
  { limit: '-1' },
  { limit: '1.5' },
  { limit: ['1', '2'] },
  { offset: '1' },
])('a page is not asked for by %j', (query) => expect(pageQuerySchema.safeParse(query).success).toBe(false));
