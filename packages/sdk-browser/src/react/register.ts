import type { AnyFlags } from '@tidegate/sdk-core';

/**
 * Which flags the hooks know, told once for a whole application, with the types that `tidegate codegen` writes (its
 * option `--react` writes this as well):
 *
 *     declare module '@tidegate/sdk-browser/react' {
 *       interface Register {
 *         readonly flags: Flags;
 *       }
 *     }
 *
 * From then on a key that is not among them does not compile, nor does a default of another type. Nothing of it is there
 * at run time. While nobody has told, any key may be asked for, and the default decides the type.
 */
// biome-ignore lint/suspicious/noEmptyInterface: what an application declares is merged into it
export interface Register {}

/** The flags of `Register`; any at all while it names none. */
export type RegisteredFlags = Register extends { readonly flags: infer F extends object } ? F : AnyFlags;
