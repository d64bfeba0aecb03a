import type { Storage } from '../storage.ts';
import type { SqlDatabase } from './sql-database.ts';

const INSERT_SIGNAL = `
  INSERT INTO signals (environment, message_id, at_ms) VALUES ($environment, $messageId, $atMs)
  ON CONFLICT DO NOTHING`;
const DELETE_SIGNALS = 'DELETE FROM signals WHERE environment = $environment AND at_ms < $beforeMs';
const SELECT_SIGNAL = `
  SELECT at_ms AS "atMs" FROM signals WHERE environment = $environment AND message_id = $messageId`;

/** Which signed messages were carried out, for as long as they could come again. */
export function signalMethods(database: SqlDatabase): Pick<Storage, 'hasSignal' | 'rememberSignal'> {
  return {
    hasSignal: async (environment, messageId) => {
      return (await database.query(SELECT_SIGNAL, { environment, messageId })).length === 1;
    },
    rememberSignal: async ({ environment, messageId, atMs }, beforeMs) => {
      await database.query(INSERT_SIGNAL, { environment, messageId, atMs });
      await database.query(DELETE_SIGNALS, { environment, beforeMs });
    },
  };
}
