import type { Context } from './evaluation.ts';

/** A condition as a tree of closures, made once and asked for every context. */
export type Match = (context: Context) => boolean;
