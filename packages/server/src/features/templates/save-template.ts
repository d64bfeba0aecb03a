import type { GuardTemplateSettings } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import type { Principal } from '../../http/route.ts';
import type { SettingsRow, Storage } from '../../storage/storage.ts';
import { saveSettings } from '../settings/index.ts';
import { findTemplateFlaw } from './find-template-flaw.ts';
import { isBuiltIn } from './read-templates.ts';

/** Writes the next version, or nothing when the newest says the same. Throws the problem that keeps it from that. */
export async function saveTemplate(
  storage: Storage,
  template: { readonly projectKey: string; readonly name: string; readonly settings: GuardTemplateSettings },
  by: { readonly principal: Principal; readonly nowMs: number },
): Promise<SettingsRow> {
  const { projectKey, name, settings } = template;
  if (isBuiltIn(name)) {
    throw problem('already-exists', { detail: `${name} is a built-in template: give yours another name.` });
  }
  const flaw = findTemplateFlaw(settings);
  if (flaw !== undefined) throw problem('invalid-template', { detail: flaw });
  const saved = { kind: 'template', scope: projectKey, key: name, document: settings } as const;
  return saveSettings(storage, saved, { ...by, refusedAs: 'invalid-template' });
}
