import type { JsonValue } from '@tidegate/evaluation';
import type * as z from 'zod';
import { explainIssues } from './explain-issues.ts';
import { mergePatch } from './merge-patch.ts';
import { problem } from './problem.ts';

/**
 * What a merge patch makes of settings, held to their schema; throws `invalid-request`.
 *
 * RFC 7396 merges objects member by member, which suits `{"fallthrough": {"variation": "on"}}`. But a condition or a
 * serve is of one form, and merged with another form it is of none: so where the merge leads to nothing valid, the
 * members of the patch are taken as they are. Whatever is valid by the RFC means what it means there.
 */
export function patchSettings<Settings>(schema: z.ZodType<Settings>, settings: Settings, patch: unknown): Settings {
  // Both are JSON: the settings are part of a stored document, the patch is a parsed body.
  const [target, changes] = [settings as JsonValue, patch as { readonly [name: string]: JsonValue }];
  const merged = schema.safeParse(mergePatch(target, changes));
  if (merged.success) return merged.data;
  const cleared = Object.fromEntries(Object.keys(changes).map((name) => [name, null]));
  const replaced = schema.safeParse(mergePatch(mergePatch(target, cleared), changes));
  if (replaced.success) return replaced.data;
  const [asMerged, asReplaced] = [explainIssues(merged.error), explainIssues(replaced.error)];
  const errors = asReplaced.length < asMerged.length ? asReplaced : asMerged;
  throw problem('invalid-request', {
    detail: `With this patch it would not have the documented shape: ${errors[0]?.pointer}: ${errors[0]?.detail}.`,
    errors,
  });
}
