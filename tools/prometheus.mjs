// Debian's Prometheus, for the tests of metric providers; `startPrometheus` of the testkit looks here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import { root } from './set-up.mjs';

const folder = join(root, '.tmp', 'prometheus');
const places = [process.env['TIDEGATE_PROMETHEUS'], '/usr/bin/prometheus', join(folder, 'usr', 'bin', 'prometheus')];

/** Gets Prometheus where it is missing and Debian's packages can be had. */
export function installPrometheus() {
  if (places.some((place) => place !== undefined && existsSync(place))) return;
  console.log('Getting Prometheus for the tests of metric providers …');
  if (unpackDebianPackages(folder, ['prometheus'])) return;
  console.log('Prometheus cannot be had here: its tests will be skipped. Say where it is with TIDEGATE_PROMETHEUS.');
}
