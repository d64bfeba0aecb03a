import { readFile, rename, writeFile } from 'node:fs/promises';
import type { FirstKeys } from './features/environments/index.ts';

/**
 * Keys are stored as hashes only; this file, for its owner's eyes, is the one place where the first ones are kept. A
 * start that fails once they exist (the port is taken, say) must have written it, or nobody can get in any more. So it
 * is written before anything else can fail, under the address that the server is about to have, and whenever the
 * server turns out to listen elsewhere the address in it follows: the command line sends keys to that address alone.
 */
export async function saveCredentials(file: string, credentials: FirstKeys & { readonly url: string }): Promise<void> {
  const written = `${file}.new`;
  await writeFile(written, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(written, file);
}

/** Nothing where there is no such file, or none of ours: this server has other keys. */
export async function moveCredentials(file: string, url: string): Promise<void> {
  const credentials = await readCredentials(file);
  if (credentials !== undefined && credentials.url !== url) await saveCredentials(file, { ...credentials, url });
}

async function readCredentials(file: string): Promise<(FirstKeys & { url: string }) | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isCredentials(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isCredentials(json: unknown): json is FirstKeys & { url: string } {
  if (typeof json !== 'object' || json === null) return false;
  const members = new Map(Object.entries(json));
  return ['url', 'operatorToken', 'serverKey', 'browserKey'].every((name) => typeof members.get(name) === 'string');
}
