import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type RequestHandler } from 'express';

/** The page for operators: static files of its own package, on the same port and under the same strict headers. */
export function dashboardPages(): RequestHandler {
  const home = dirname(createRequire(import.meta.url).resolve('@tidegate/dashboard/package.json'));
  const pages = express.Router();
  pages.use(express.static(join(home, 'public'), { cacheControl: false }));
  pages.use('/dist', express.static(join(home, 'dist'), { cacheControl: false }));
  return pages;
}
