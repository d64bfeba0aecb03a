// The system's Chromium: browser tests drive the real thing, and no test tool's own download.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  process.env['TIDEGATE_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Where Chromium is; undefined when this machine has none. */
export function findChromium() {
  return places.find((place) => place !== undefined && existsSync(place));
}

/** How it is launched by whoever drives it: without a sandbox, for it may be root's, and calling nobody at home. */
export function chromiumOptions() {
  const executablePath = findChromium();
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

/** Installs Debian's Chromium where it is missing and this user may. */
export function installChromium() {
  if (findChromium() !== undefined) return;
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) {
    console.log('No Chromium found, and this user cannot install one: browser tests will be skipped.');
    console.log('Install chromium, or say where it is with TIDEGATE_CHROMIUM.');
    return;
  }
  console.log('Installing Chromium for the browser tests …');
  const apt = (args) =>
    spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  apt(['update', '-qq']);
  apt(['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
}
