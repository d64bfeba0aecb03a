// Debian's packages, unpacked and not installed: installed they would start as services of this machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Unpacks packages into a folder, with whatever they need that this machine has not. Whether that went well. */
export function unpackDebianPackages(folder, names) {
  mkdirSync(folder, { recursive: true });
  const run = (command, args) => spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  const isRoot = process.getuid?.() === 0;
  const download = () => {
    const { stdout } = run('apt-get', ['install', '--simulate', '--no-install-recommends', ...names]);
    // Lines like: Inst haproxy (2.6.12-1 Debian:12.8/stable [amd64])
    const wanted = [...(stdout ?? '').matchAll(/^Inst ([a-z0-9.+-]+) /gm)].map(([, name]) => name);
    return wanted.length > 0 && run('apt-get', ['download', '-qq', ...wanted]).status === 0;
  };
  // A machine that was never updated knows no packages.
  const isThere = download() || (isRoot && run('apt-get', ['update', '-qq']).status === 0 && download());
  if (!isThere) return false;
  const archives = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  return archives.every((archive) => run('dpkg-deb', ['-x', join(folder, archive), '.']).status === 0);
}
