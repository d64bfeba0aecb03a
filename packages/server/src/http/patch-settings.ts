import type { JsonValue } from '@tidegate/evaluation';
import type * as z from 'zod';
import { explainIssues } from './explain-issues.ts';
import { mergePatch } from './merge-patch.ts';
import { problem } from './problem.ts';

/** What a merge patch makes of settings, held to their schema; throws `invalid-request`. */
export function patchSettings<Settings>(schema: z.ZodType<Settings>, settings: Settings, patch: unknown): Settings {
  // Both are JSON: the settings are part of a stored document, the patch is a parsed body.
  const parsed = schema.safeParse(mergePatch(settings as JsonValue, patch as JsonValue));
  if (parsed.success) return parsed.data;
  const errors = explainIssues(parsed.error);
  throw problem('invalid-request', {
    detail:
      `With this patch it would not have the documented shape: ${errors[0]?.pointer}: ${errors[0]?.detail}. ` +
      'A merge patch keeps what it does not name: set a member that must go to null.',
    errors,
  });
}
