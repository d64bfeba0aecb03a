// `npm start`: install, build, and run the server until Ctrl-C.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, root } from './set-up.mjs';

install();
build();

const server = spawn(process.execPath, [join(root, 'packages/server/bin/tidegate-server.mjs')], {
  cwd: root,
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to the whole group; a supervisor sends SIGTERM to this process alone.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => server.kill('SIGTERM'));
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
