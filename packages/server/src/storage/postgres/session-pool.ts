import type { Platform } from '../../platform.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { asStorageError } from './postgres-errors.ts';
import { type PostgresSession, postgresSession } from './postgres-session.ts';

/**
 * A few sessions, each lent to one piece of work at a time, and a deadline on every piece: a network that swallows
 * packets would otherwise hold a query, and its locks here, for the quarter of an hour that TCP takes to give up.
 * Work that ends in time gives its session back; past the deadline, or when the connection is lost, the work is
 * rejected, its session is cut, and the next work gets a new one.
 */
export interface SessionPool {
  /** Rejects with StorageUnavailableError when the database did not answer; then the work's fate is unknown. */
  use<T>(work: (session: PostgresSession) => Promise<T>, limit?: { readonly deadlineMs: number }): Promise<T>;
  /** Fulfilled once all work has ended. */
  close(): Promise<void>;
}

export interface SessionPoolOptions {
  readonly url: string;
  readonly platform: Pick<Platform, 'after'>;
  readonly deadlineMs?: number;
}

/** PostgreSQL allows 100 connections by default: room for ten nodes. */
const SESSIONS_MAX = 8;
/** Work beyond this waits longer than its deadline anyway. */
const WAITING_MAX = 2_000;
const DEADLINE_MS = 10_000;
/** A lost session's place is taken again after this: a database that is just starting is not stormed. */
const RECONNECT_PAUSE_MS = 100;

interface Task {
  start(session: PostgresSession): void;
  fail(error: unknown): void;
}

export function sessionPool({
  url,
  platform,
  deadlineMs: usualDeadlineMs = DEADLINE_MS,
}: SessionPoolOptions): SessionPool {
  const idle: PostgresSession[] = [];
  const lent = new Map<PostgresSession, Task>();
  const waiting = new Set<Task>();
  /** Places that are taken: by idle and lent sessions, and by lost ones for a pause. */
  let placesTaken = 0;
  let onAllDone: (() => void) | undefined;

  const openSession = (): PostgresSession => {
    placesTaken++;
    const session = postgresSession({
      url,
      onEnd: (cause) => {
        const task = lent.get(session);
        lent.delete(session);
        if (idle.includes(session)) idle.splice(idle.indexOf(session), 1);
        task?.fail(asStorageError(cause));
        platform.after(RECONNECT_PAUSE_MS, () => {
          placesTaken--;
          startWaiting();
        });
      },
    });
    return session;
  };

  const startWaiting = (): void => {
    for (const task of waiting) {
      const session = idle.pop() ?? (placesTaken < SESSIONS_MAX ? openSession() : undefined);
      if (session === undefined) return;
      waiting.delete(task);
      lent.set(session, task);
      task.start(session);
    }
    if (lent.size === 0) onAllDone?.();
  };

  const giveBack = (session: PostgresSession): void => {
    if (lent.delete(session)) idle.push(session);
    startWaiting();
  };

  return {
    use: (work, { deadlineMs } = { deadlineMs: usualDeadlineMs }) => {
      if (onAllDone !== undefined) return Promise.reject(new StorageUnavailableError('the storage is closed'));
      if (waiting.size >= WAITING_MAX) {
        return Promise.reject(new StorageUnavailableError(`${waiting.size} requests wait for PostgreSQL already`));
      }
      return new Promise((resolve, reject) => {
        let session: PostgresSession | undefined;
        const stopDeadline = platform.after(deadlineMs, () => {
          const late = new StorageUnavailableError(`no answer from PostgreSQL within ${deadlineMs} ms`);
          waiting.delete(task);
          reject(late);
          session?.cut(late);
        });
        const task: Task = {
          start: (lentSession) => {
            session = lentSession;
            work(session)
              .then(resolve, (error: unknown) => reject(asStorageError(error)))
              .finally(() => {
                stopDeadline();
                giveBack(lentSession);
              });
          },
          fail: (error) => {
            stopDeadline();
            reject(error);
          },
        };
        waiting.add(task);
        startWaiting();
      });
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        onAllDone = resolve;
        startWaiting();
      });
      await Promise.all(idle.map((session) => session.close()));
    },
  };
}
