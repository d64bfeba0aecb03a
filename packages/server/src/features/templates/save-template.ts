import { isDeepStrictEqual } from 'node:util';
import type { GuardTemplateSettings } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import type { Principal } from '../../http/route.ts';
import type { Storage, TemplateRow } from '../../storage/storage.ts';
import { findTemplateFlaw } from './find-template-flaw.ts';
import { isBuiltIn } from './read-templates.ts';
import { settingsOf } from './template-of.ts';

/** A template that was changed this often is generated, and would fill the table. */
const VERSIONS_MAX = 1_000;
/** Whoever is overtaken so often stands in a crowd of writers, each of whom was served meanwhile. */
const ATTEMPTS_MAX = 10;

/** Writes the next version, or nothing when the newest says the same. Throws the problem that keeps it from that. */
export async function saveTemplate(
  storage: Storage,
  template: { readonly projectKey: string; readonly name: string; readonly settings: GuardTemplateSettings },
  { principal, nowMs }: { readonly principal: Principal; readonly nowMs: number },
): Promise<TemplateRow> {
  const { projectKey, name, settings } = template;
  if (isBuiltIn(name)) {
    throw problem('already-exists', { detail: `${name} is a built-in template: give yours another name.` });
  }
  const flaw = findTemplateFlaw(settings);
  if (flaw !== undefined) throw problem('invalid-template', { detail: flaw });
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const newest = await storage.findTemplate(projectKey, name, undefined);
    if (newest !== undefined && isDeepStrictEqual(settingsOf(newest), settings)) return newest;
    const version = (newest?.version ?? 0) + 1;
    if (version > VERSIONS_MAX) {
      throw problem('invalid-template', { detail: `${name} has ${VERSIONS_MAX} versions: give it a new name.` });
    }
    const row = { projectKey, name, version, document: settings, createdAtMs: nowMs, createdBy: principal.actor };
    if ((await storage.createTemplate(row)) === 'created') return row;
  }
  throw problem('unavailable', { detail: `Others saved ${name} meanwhile, again and again: send it again.` });
}
