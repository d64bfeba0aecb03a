/**
 * The version of everything that SDKs and server say to each other.
 *
 * 1: first version: snapshot, delta, beat, resync, applied, event batch.
 *    Before its release: holdouts, layers, buckets, flags and vendors' words in conditions, `$default`.
 *    Counters also count asks for a flag that is not there, as its variation `$missing`, and `$default`.
 *    Rollouts have a scope: who is outside has control.
 *    Rollouts and splits have caps: of whom a condition holds for, fewer are treated.
 *    Pages report rows, in a batch of their own form, which is answered by 202.
 *
 * A change of a wire schema changes its hash, and version.test.ts insists on a new line here.
 */
export const PROTOCOL_VERSION = 1;
