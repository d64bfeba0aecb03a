import type { Actor } from '@tidegate/analysis';
import { readPages } from '../../storage/read-pages.ts';
import type { KeyRow, Storage } from '../../storage/storage.ts';

/** Rows of one read. */
const PAGE_LIMIT = 200;

/** Whoever may say yes raises exposure, which takes an editor. */
const MAY_APPROVE: readonly KeyRow['role'][] = ['editor', 'admin'];

/** The keys that could approve a stage of a rollout in the environment, and whose each is. */
export async function findApprovers(
  storage: Storage,
  environment: string,
): Promise<readonly Pick<KeyRow, 'id' | 'role'>[]> {
  const keys = await readPages(
    PAGE_LIMIT,
    (page) => storage.listKeys(page),
    ({ id }) => id,
  );
  return keys.filter(
    (key) =>
      key.kind === 'operator' &&
      key.revokedAtMs === null &&
      MAY_APPROVE.includes(key.role) &&
      (key.environment === null || key.environment === environment),
  );
}

/** How many of them a rule would take the word of. */
export function countApprovers(
  approvers: readonly Pick<KeyRow, 'id' | 'role'>[],
  { roles, notAuthor }: { readonly roles?: readonly string[]; readonly notAuthor: boolean },
  author: Actor,
): number {
  const counted = approvers.filter(
    ({ id, role }) => (roles ?? [role]).includes(role) && !(notAuthor && id === author.id),
  );
  return counted.length;
}
