import { isDeepStrictEqual } from 'node:util';
import type { ProviderSettings } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import type { Principal } from '../../http/route.ts';
import type { ProviderRow, Storage } from '../../storage/storage.ts';
import { settingsOf } from './provider-of.ts';

/** One that was changed this often is generated, and would fill the table. */
const VERSIONS_MAX = 1_000;
/** Whoever is overtaken so often stands in a crowd of writers, each of whom was served meanwhile. */
const ATTEMPTS_MAX = 10;

/** Writes the next version, or nothing when the newest says the same. */
export async function saveProvider(
  storage: Storage,
  provider: { readonly environment: string; readonly providerKey: string; readonly settings: ProviderSettings },
  { principal, nowMs }: { readonly principal: Principal; readonly nowMs: number },
): Promise<ProviderRow> {
  const { environment, providerKey, settings } = provider;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const newest = await storage.findProvider(environment, providerKey);
    if (newest !== undefined && isDeepStrictEqual(settingsOf(newest), settings)) return newest;
    const version = (newest?.version ?? 0) + 1;
    if (version > VERSIONS_MAX) {
      throw problem('invalid-provider', { detail: `${providerKey} has ${VERSIONS_MAX} versions: give it a new key.` });
    }
    const row = {
      environment,
      providerKey,
      version,
      document: settings,
      createdAtMs: nowMs,
      createdBy: principal.actor,
    };
    if ((await storage.createProvider(row)) === 'created') return row;
  }
  throw problem('unavailable', { detail: `Others saved ${providerKey} meanwhile, again and again: send it again.` });
}
