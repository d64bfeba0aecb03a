export { createServer, type ServerOptions, type TidegateServer } from './create-server.ts';
export { type Platform, systemPlatform } from './platform.ts';
export { openPostgresStorage } from './storage/postgres/postgres-storage.ts';
export { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
export type { Storage } from './storage/storage.ts';
