import { connect, type Socket } from 'node:net';
import postgres from 'postgres';
import type { SqlValue } from '../sql/sql-database.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { leavesSessionIntact } from './postgres-errors.ts';

/**
 * One connection to PostgreSQL, for as long as it lasts and no longer. postgres.js would connect again by itself and go
 * on with what was queued: the second half of a transaction, outside of any transaction, and on a socket that may be
 * gone (with 3.4.9 a server killed under load ended the process, and left LISTEN deaf; docs/adr/0004). So a session
 * refuses its second connection, and whoever holds it opens another session.
 */
export interface PostgresSession {
  /** False once the connection is lost or was ended; then every query is rejected. */
  readonly alive: boolean;
  /** Queries run in the order of the calls, without waiting for the answer to the one before. */
  query(text: string, values?: readonly SqlValue[]): Promise<readonly unknown[]>;
  /** Ends the connection at once, whatever is under way. */
  cut(cause: unknown): void;
  /** Takes leave of the server; what is under way is finished first. */
  close(): Promise<void>;
}

export interface PostgresSessionOptions {
  readonly url: string;
  /** Called once, when the session is over, with why. */
  onEnd(cause: unknown): void;
  onNotify?(payload: string): void;
}

const CONNECT_TIMEOUT_S = 5;
/** First probe of an idle connection; ten more a second apart, and it is dead. */
const KEEP_ALIVE_S = 10;
/** Below the pool's deadline, so that the server's own error comes first. */
const STATEMENT_TIMEOUT_MS = 8_000;
/** A process that stopped in the middle of a transaction gives its locks back. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_S = 2;

const SETTINGS = {
  application_name: 'tidegate',
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
};

/**
 * By type id. Revisions, positions and instants are all far below 2^53. Arrays are only sent; postgres.js would ask
 * the server for their types at each connect, and end the process when the connection is lost meanwhile.
 */
const TYPES = {
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
  textArray: { to: 1009, from: [], serialize: toTextArray, parse: String },
  bigintArray: { to: 1016, from: [], serialize: toBigintArray, parse: String },
};

/** What postgres.js takes and its types leave out: its README's "custom socket", and what its own `listen` uses. */
interface UntypedOptions {
  readonly socket: (target: SocketTarget) => Socket;
  readonly onnotify: (channel: string, payload: string) => void;
}

interface SocketTarget {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
}

/** Connects with the first query. */
export function postgresSession({ url, onEnd, onNotify }: PostgresSessionOptions): PostgresSession {
  let alive = true;
  let connected = false;
  let socket: Socket | undefined;
  let attempts = 0;
  const end = (cause: unknown): void => {
    if (!alive) return;
    alive = false;
    onEnd(cause);
  };
  const options: postgres.Options<typeof TYPES> & UntypedOptions = {
    max: 1,
    max_lifetime: null,
    connect_timeout: CONNECT_TIMEOUT_S,
    keep_alive: KEEP_ALIVE_S,
    connection: SETTINGS,
    types: TYPES,
    fetch_types: false,
    onnotice: () => {},
    onclose: () => end(connectionLost()),
    onnotify: (_channel, payload) => onNotify?.(payload),
    socket: (target) => {
      if (!alive || connected) throw connectionLost();
      socket = openSocket(target, attempts++).once('connect', () => {
        connected = true;
      });
      return socket;
    },
  };
  const sql = postgres(url, options);
  const cut = (cause: unknown): void => {
    end(cause);
    socket?.destroy();
    void sql.end({ timeout: 0 });
  };
  return {
    get alive() {
      return alive;
    },
    query: async (text, values = []) => {
      if (!alive) throw connectionLost();
      try {
        return [...(await sql.unsafe(text, [...values], { prepare: true }))];
      } catch (error) {
        if (!leavesSessionIntact(error)) cut(error);
        throw error;
      }
    },
    cut,
    close: async () => {
      await sql.end({ timeout: CLOSE_TIMEOUT_S });
      cut(new StorageUnavailableError('the storage is closed'));
    },
  };
}

const connectionLost = () => new StorageUnavailableError('the connection to PostgreSQL is lost');

/** The URL may name several hosts; postgres.js asks again while none has answered. */
function openSocket({ host, port, path }: SocketTarget, attempt: number): Socket {
  if (path !== false) return connect(path);
  const index = attempt % host.length;
  const name = host[index] ?? 'localhost';
  // postgres.js checks the server's certificate against the `host` that it finds on the socket.
  return Object.assign(connect(port[index] ?? 5432, name), { host: name });
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function toTextArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}

function toBigintArray(values: readonly number[]): string {
  return `{${values.join(',')}}`;
}
