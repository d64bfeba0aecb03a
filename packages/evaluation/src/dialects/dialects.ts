import type { Dialect } from '../flag.ts';
import type { DialectMeaning } from '../language.ts';

/** The vendors whose conditions can be imported, each with its own meaning of them. */
export const DIALECTS: Readonly<Partial<Record<Dialect, DialectMeaning>>> = {};
