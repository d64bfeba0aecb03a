import type { ExposureTag } from '@tidegate/evaluation/page';
import type { CachedRules } from './rules-cache.ts';

/**
 * What flags answer to one unit, told by an application's own server in the page that it sends: the page's first answers
 * need no request, and are those of the server. It is JSON; its flags are those whose `clientSide` is not `off`, each
 * with one constant rule, as the server of the flags itself tells a page of values. It names no attribute of a context.
 */
export interface Bootstrap extends CachedRules {
  /** XXH32 of the targetingKey that it is for; absent without one. A page for another unit takes none of it. */
  readonly unit?: number | undefined;
  /** What who made it has reported: the page reports it no second time. */
  readonly exposed: readonly ExposureTag[];
}
