// Debian's Prometheus, unpacked and not installed: installed it would start as a service of this machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './set-up.mjs';

const folder = join(root, '.tmp', 'prometheus');
const places = [process.env['TIDEGATE_PROMETHEUS'], '/usr/bin/prometheus', join(folder, 'usr', 'bin', 'prometheus')];

/** Gets Prometheus where it is missing and Debian's packages can be had; `startPrometheus` of the testkit looks here. */
export function installPrometheus() {
  if (places.some((place) => place !== undefined && existsSync(place))) return;
  console.log('Getting Prometheus for the tests of metric providers …');
  mkdirSync(folder, { recursive: true });
  const inFolder = { cwd: folder, stdio: 'ignore' };
  const isRoot = process.getuid?.() === 0;
  const download = () => spawnSync('apt-get', ['download', '-qq', 'prometheus'], inFolder).status === 0;
  // A machine that was never updated knows no packages.
  const isThere =
    download() || (isRoot && spawnSync('apt-get', ['update', '-qq'], inFolder).status === 0 && download());
  const archive = isThere ? readdirSync(folder).find((name) => name.endsWith('.deb')) : undefined;
  if (archive !== undefined && spawnSync('dpkg-deb', ['-x', archive, '.'], inFolder).status === 0) return;
  console.log('Prometheus cannot be had here: its tests will be skipped. Say where it is with TIDEGATE_PROMETHEUS.');
}
