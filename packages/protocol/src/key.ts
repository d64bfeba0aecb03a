import * as z from 'zod';

/** Long enough for any name that a team gives, short enough for an address, a label and a table's column. */
export const KEY_LENGTH_MAX = 128;
/** Names of people's making: longer ones are mistakes. */
export const NAME_LENGTH_MAX = 256;
/** Twice a key. */
const SALT_LENGTH_MAX = 256;
/** A description is a paragraph, not a page: it travels with every list. */
const DESCRIPTION_LENGTH_MAX = 2_000;
/** A reason is read in one line of the audit log. */
const REASON_LENGTH_MAX = 500;
/** `org.plan.tier` is three; deeper paths point at a context that is a document. */
const ATTRIBUTE_PATH_LENGTH_MAX = 256;
/** An e-mail address has at most 254 characters, a UUID 36. */
const UNIT_KEY_LENGTH_MAX = 512;

/**
 * Names that JavaScript gives a meaning of its own. Nothing may be called so, and no body may carry them as a member
 * name: merged into an object they would change every object of the process.
 */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name);
}

/** What flags, variations, rules, segments, metrics, projects and environments are called: safe in an address. */
export const keySchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$/,
    `a key starts with a letter or digit and has at most ${KEY_LENGTH_MAX} letters, digits, dots, underscores and hyphens`,
  )
  .refine((key) => !isForbiddenName(key), 'this name means something to JavaScript: choose another');

/** What a flag serves: one of its variations, or `$default`, the caller's own default (`CALLER_DEFAULT` of evaluation). */
export const servedSchema = z.union([keySchema, z.literal('$default')]);

/** A position or share in parts per million. */
export const ppmSchema = z.int().min(0).max(1_000_000);

/** A salt that several splits share. */
export const bucketGroupSchema = z.string().min(1).max(128);

/** Names of attributes from the context's root to the value, joined by dots. */
export const attributePathSchema = z
  .string()
  .max(ATTRIBUTE_PATH_LENGTH_MAX)
  .regex(/^[^.]+(\.[^.]+)*$/, 'an attribute path is names joined by single dots');

/** The key of one unit, as a target or a segment lists it. */
export const unitKeySchema = z.string().min(1).max(UNIT_KEY_LENGTH_MAX);

/** Text that people type. PostgreSQL cannot keep U+0000 in a column of text. */
const typed = z.string().refine((text) => !text.includes('\u0000'), 'the character U+0000 cannot be stored');

/** What seeds a flag's buckets: a UUID as the server makes it, a key, or what another server used. */
export const saltSchema = typed.min(1).max(SALT_LENGTH_MAX);

export const nameSchema = typed.min(1).max(NAME_LENGTH_MAX);
export const descriptionSchema = typed.max(DESCRIPTION_LENGTH_MAX);
export const reasonSchema = typed.max(REASON_LENGTH_MAX);

/** A place in the change log of one environment. */
export const revisionSchema = z.int().min(0);
/** Milliseconds since 1970. */
export const instantMsSchema = z.number().min(0);
