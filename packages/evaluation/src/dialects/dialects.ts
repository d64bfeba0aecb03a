import type { Dialect } from '../flag.ts';
import type { DialectMeaning } from '../language.ts';
import { flagdDialect } from './flagd.ts';
import { growthbookDialect } from './growthbook.ts';
import { launchdarklyDialect } from './launchdarkly.ts';
import { unleashDialect } from './unleash.ts';

/** The vendors whose conditions can be imported, each with its own meaning of them. */
export const DIALECTS: Readonly<Partial<Record<Dialect, DialectMeaning>>> = {
  launchdarkly: launchdarklyDialect,
  growthbook: growthbookDialect,
  unleash: unleashDialect,
  flagd: flagdDialect,
};
