// What every command at the root needs first: dependencies as locked, and the packages built. Both are skipped when
// nothing changed, so that a second start takes a second.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const installStamp = join(root, 'node_modules', '.tidegate-installed');

/** Installs what the lock file says, with the package manager's version that `package.json` pins. */
export function install() {
  const wanted = hashOfManifests();
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (the first time compiles SQLite, which takes a minute or two) …');
  pnpm(['install', '--frozen-lockfile', '--prefer-offline']);
  mkdirSync(dirname(installStamp), { recursive: true });
  writeFileSync(installStamp, wanted);
}

/** Emits what runs with plain `tsc`, incrementally: tests are not built to start a server. The page takes a second. */
export function build() {
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', 'tsconfig.build.json']);
  const page = join(root, 'packages', 'dashboard');
  run(join(page, 'node_modules', '.bin', 'vite'), ['build', '--logLevel', 'warn'], { cwd: page });
}

/** Runs a command of the repository's own package manager; ends this process when it fails. */
export function pnpm(args) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  run('npx', ['--yes', packageManager, ...args]);
}

export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function hashOfManifests() {
  const hash = createHash('sha256').update(process.version);
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
