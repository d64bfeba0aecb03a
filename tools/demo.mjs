// `npm run demo`: install, build, and show a healthy flag climb and a harmful one die.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, root } from './set-up.mjs';

install();
build();

const demo = spawn(process.execPath, [join(root, 'examples/demo-shop/dist/demo.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
