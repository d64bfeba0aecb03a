// Debian's HAProxy and nginx, for the tests of traffic adapters; `startHaproxy` and `startNginx` of the testkit look here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import { root } from './set-up.mjs';

const folder = join(root, '.tmp', 'proxies');

/** Gets both where one of them is missing and Debian's packages can be had. */
export function installProxies() {
  const isThere = ['haproxy', 'nginx'].every((name) =>
    [process.env[`TIDEGATE_${name.toUpperCase()}`], `/usr/sbin/${name}`, join(folder, 'usr', 'sbin', name)].some(
      (place) => place !== undefined && existsSync(place),
    ),
  );
  if (isThere) return;
  console.log('Getting HAProxy and nginx for the tests of traffic adapters …');
  if (unpackDebianPackages(folder, ['haproxy', 'nginx'])) return;
  console.log('HAProxy and nginx cannot be had here: their tests will be skipped.');
  console.log('Say where they are with TIDEGATE_HAPROXY and TIDEGATE_NGINX.');
}
