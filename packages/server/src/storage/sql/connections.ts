import type { Storage } from '../storage.ts';
import { query, type SqlDatabase } from './sql-database.ts';

const DELETE_CONNECTIONS = 'DELETE FROM connections WHERE node = $node';
const INSERT_CONNECTIONS = `
  INSERT INTO connections (node, environment, applied_revision, connection_count, at_ms)
  VALUES ($node, $environment, $appliedRevision, $count, $atMs)`;
const COUNT_CONNECTIONS = `
  SELECT
    CAST(COALESCE(SUM(connection_count), 0) AS BIGINT) AS "connectedCount",
    CAST(COALESCE(SUM(CASE WHEN applied_revision >= $revision THEN connection_count ELSE 0 END), 0) AS BIGINT)
      AS "confirmedCount"
  FROM connections
  WHERE environment = $environment AND at_ms >= $sinceMs`;

type ConnectionMethods = Pick<Storage, 'saveConnections' | 'countConnections'>;

export function connectionMethods(database: SqlDatabase): ConnectionMethods {
  return {
    saveConnections: (node, connections, atMs) =>
      database.transact(function* () {
        yield [
          query(DELETE_CONNECTIONS, { node }),
          ...connections.map((connection) => query(INSERT_CONNECTIONS, { ...connection, node, atMs })),
        ];
      }),
    countConnections: async (environment, revision, freshMs, nowMs) => {
      const [counts] = await database.query<{ connectedCount: number; confirmedCount: number }>(COUNT_CONNECTIONS, {
        environment,
        revision,
        sinceMs: nowMs - freshMs,
      });
      return counts ?? { connectedCount: 0, confirmedCount: 0 };
    },
  };
}
