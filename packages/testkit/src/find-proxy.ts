import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ProxyName = 'haproxy' | 'nginx';

/** A program, and what it needs around it. */
export interface ProxyProgram {
  readonly binary: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where `tools/proxies.mjs` unpacks Debian's packages. */
const unpacked = fileURLToPath(new URL('../../../.tmp/proxies', import.meta.url));

/** Where a proxy is; undefined when this machine has none. */
export function findProxy(name: ProxyName): ProxyProgram | undefined {
  const places = [process.env[`TIDEGATE_${name.toUpperCase()}`], `/usr/sbin/${name}`];
  const installed = places.find((place) => place !== undefined && existsSync(place));
  if (installed !== undefined) return { binary: installed, environment: {} };
  const binary = join(unpacked, 'usr', 'sbin', name);
  if (!existsSync(binary)) return undefined;
  return { binary, environment: { LD_LIBRARY_PATH: libraryFolders().join(':') } };
}

/** Libraries that this machine has not lie beside what was unpacked. */
function libraryFolders(): readonly string[] {
  const libraries = join(unpacked, 'usr', 'lib');
  return readdirSync(libraries)
    .filter((folder) => folder.endsWith('-linux-gnu'))
    .map((folder) => join(libraries, folder));
}
