import postgres from 'postgres';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';

/** The primary became a standby: its connections will never write again. */
const READ_ONLY_TRANSACTION = '25006';

/**
 * Codes that say nothing of the statement (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection
 * (08), idle in transaction for too long (25P03), deadlock and serialisation (40), out of disk, memory or connections
 * (53), lock not available (55P03), cancelled or shutting down (57), I/O (58).
 */
const UNAVAILABLE = /^(08|25P03|25006|40|53|55P03|57|58)/;
/** What Node.js and postgres.js call a connection that failed. */
const CONNECTION_FAILED = /^(CONNECT|E[A-Z_]+$)/;

/** Whether it was the statement that failed, and not the connection under it. */
export function leavesSessionIntact(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === 'ERROR' && error.code !== READ_ONLY_TRANSACTION;
}

/** The error for the port's callers: whether to come back later, or what is wrong with us or the configuration. */
export function asStorageError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageUnavailableError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const unavailable = (error instanceof postgres.PostgresError ? UNAVAILABLE : CONNECTION_FAILED).test(code);
  return unavailable ? new StorageUnavailableError(`PostgreSQL: ${error.message} (${code})`, { cause: error }) : error;
}
