import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type RequestHandler } from 'express';

/** Files under `assets` have a hash of what they are in their names, so an address never means anything else. */
const HASHED = { immutable: true, maxAge: '1y' } as const;

/**
 * The page for operators: static files of its own package, on the same port and under the same strict headers.
 * `index.html` names the files of its build, so it is asked for each time.
 */
export function dashboardPages(): RequestHandler {
  const home = dirname(createRequire(import.meta.url).resolve('@tidegate/dashboard/package.json'));
  const dist = join(home, 'dist');
  const pages = express.Router();
  pages.use('/assets', express.static(join(dist, 'assets'), HASHED));
  pages.use(express.static(dist, { setHeaders: (response) => response.setHeader('cache-control', 'no-cache') }));
  return pages;
}
