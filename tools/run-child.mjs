// Runs one program of the repository in the foreground, ends when it ends, and passes on what should stop it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './set-up.mjs';

export function runChild(script, args = []) {
  const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well; whoever sends a signal to this process alone means the child.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
