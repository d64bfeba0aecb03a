import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './find-free-port.ts';
import { findProxy } from './find-proxy.ts';
import { endProxy, startProxy } from './proxy-process.ts';

/** A real nginx of its own for one test, on loopback, which asks the site `edge` of a file who serves a request. */
export interface TestNginx {
  readonly port: number;
  /** What it includes: everybody gets `old` at first. */
  readonly file: string;
  readonly pidFile: string;
  /** Has it read its files again. */
  readonly reload: readonly [string, ...string[]];
  /** Answers with the share that its workers have. */
  readonly status: string;
  stop(): Promise<void>;
}

export async function startNginx(ports: { readonly old: number; readonly new: number }): Promise<TestNginx> {
  const program = findProxy('nginx');
  if (program === undefined) throw new Error('There is no nginx here: ask findProxy first.');
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-nginx-'));
  const port = await findFreePort();
  const [file, configFile, pidFile] = ['edge.conf', 'nginx.conf', 'nginx.pid'].map((name) => join(folder, name));
  if (file === undefined || configFile === undefined || pidFile === undefined) throw new Error('no names');
  await writeFile(file, 'map "" $tidegate_edge { default old; }\nmap "" $tidegate_edge_ppm { default 0; }\n');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const lines = [
    `pid ${pidFile};`,
    `error_log ${join(folder, 'error.log')} warn;`,
    'worker_processes 2;',
    'events { worker_connections 512; }',
    'http {',
    '  access_log off;',
    ...temporary.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`),
    `  include ${file};`,
    `  upstream old { server 127.0.0.1:${ports.old}; keepalive 32; }`,
    `  upstream new { server 127.0.0.1:${ports.new}; keepalive 32; }`,
    '  server {',
    `    listen 127.0.0.1:${port};`,
    '    location = /share { return 200 "$tidegate_edge_ppm"; }',
    '    location / {',
    '      proxy_pass http://$tidegate_edge;',
    '      proxy_http_version 1.1;',
    '      proxy_set_header Connection "";',
    '    }',
    '  }',
    '}',
    '',
  ];
  await writeFile(configFile, lines.join('\n'));
  const args = ['-p', folder, '-c', configFile, '-e', join(folder, 'error.log')];
  const running = await startProxy(program, { args: [...args, '-g', 'daemon off;'], port });
  return {
    port,
    file,
    pidFile,
    reload: [program.binary, ...args, '-s', 'reload'],
    status: `http://127.0.0.1:${port}/share`,
    stop: async () => {
      await endProxy(running, 'SIGTERM');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
