import type { LeaseToken, Storage } from '../storage.ts';
import { ask, type Dialect, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

/**
 * Leases. An epoch is given once: whoever takes a lease that was free or another's
 * gets a higher one, and every write under a lease first holds the row with its own epoch in place. So a holder that
 * was asleep while another took over writes nothing, whatever its own clock says.
 */
const acquireLease = ({ nowMs }: Dialect) => `
  INSERT INTO leases (name, holder, epoch, expires_at_ms)
  VALUES ($name, $holder, 1, ${nowMs} + CAST($ttlMs AS BIGINT))
  ON CONFLICT (name) DO UPDATE
  SET holder = excluded.holder,
      epoch = CASE WHEN leases.expires_at_ms > ${nowMs} THEN leases.epoch ELSE leases.epoch + 1 END,
      expires_at_ms = excluded.expires_at_ms
  WHERE leases.holder = excluded.holder OR leases.expires_at_ms <= ${nowMs}
  RETURNING epoch`;
// The row stays, because the epoch must keep growing.
const RELEASE_LEASE = `
  UPDATE leases SET expires_at_ms = 0
  WHERE name = $name AND holder = $holder AND epoch = $epoch`;
const SELECT_LEASE = 'SELECT epoch FROM leases WHERE name = $name AND holder = $holder AND epoch = $epoch';

type LeaseMethods = Pick<Storage, 'acquireLease' | 'releaseLease'>;

export function leaseMethods(database: SqlDatabase): LeaseMethods {
  const { dialect } = database;
  const ACQUIRE_LEASE = acquireLease(dialect);
  return {
    acquireLease: async (name, holder, ttlMs) => {
      const [row] = await database.query<{ epoch: number }>(ACQUIRE_LEASE, { name, holder, ttlMs });
      return row && { name, holder, epoch: row.epoch };
    },
    releaseLease: async (token) => {
      await database.query(RELEASE_LEASE, { ...token });
    },
  };
}

/** Whether the epoch is still the lease's; if so nobody can take it over before this transaction ends. */
export function* holdsLease(dialect: Dialect, lease: LeaseToken): UnitOfWork<boolean> {
  const rows = yield* ask(`${SELECT_LEASE} ${dialect.forShare}`, { ...lease });
  return rows.length === 1;
}
