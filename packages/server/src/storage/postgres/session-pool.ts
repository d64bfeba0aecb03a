import type { Platform } from '../../platform.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { asStorageError } from './postgres-errors.ts';
import { type PostgresSession, postgresSession } from './postgres-session.ts';

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

/** A piece of work, from its call to its answer. */
interface Task {
  /** Undefined while it waits for one. */
  session: PostgresSession | undefined;
  /** Fulfilled when the work has ended, well or not. */
  run(session: PostgresSession): Promise<void>;
  fail(error: unknown): void;
}

/**
 * A few sessions, each lent to one piece of work at a time, and a deadline on every piece: a network that swallows
 * packets would otherwise hold a query, and its locks here, for the quarter of an hour that TCP takes to give up.
 * Work that ends in time gives its session back; past the deadline, or when the connection is lost, the work is
 * rejected, its session is cut, and the next work gets a new one.
 */
export class SessionPool {
  readonly #options: SessionPoolOptions;
  readonly #idle = new Set<PostgresSession>();
  readonly #lent = new Map<PostgresSession, Task>();
  readonly #waiting = new Set<Task>();
  /** By idle and lent sessions, and by lost ones for a pause. */
  #placesTaken = 0;
  /** Set once the pool closes. */
  #onAllDone: (() => void) | undefined;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
  }

  /** Rejects with StorageUnavailableError when the database did not answer; then the work's fate is unknown. */
  use<T>(work: (session: PostgresSession) => Promise<T>, limit?: { readonly deadlineMs: number }): Promise<T> {
    if (this.#onAllDone !== undefined) return Promise.reject(new StorageUnavailableError('the storage is closed'));
    if (this.#waiting.size >= WAITING_MAX) {
      const problem = `${this.#waiting.size} requests wait for PostgreSQL already`;
      return Promise.reject(new StorageUnavailableError(problem));
    }
    return new Promise((resolve, reject) => {
      const task: Task = {
        session: undefined,
        run: (session) => work(session).then(resolve, task.fail).finally(stopDeadline),
        fail: (error) => reject(asStorageError(error)),
      };
      const stopDeadline = this.#startDeadline(task, limit?.deadlineMs ?? this.#options.deadlineMs ?? DEADLINE_MS);
      this.#waiting.add(task);
      this.#lend();
    });
  }

  /** Fulfilled once all work has ended. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onAllDone = resolve;
      this.#lend();
    });
    await Promise.all([...this.#idle].map((session) => session.close()));
  }

  #startDeadline(task: Task, deadlineMs: number): () => void {
    return this.#options.platform.after(deadlineMs, () => {
      const late = new StorageUnavailableError(`no answer from PostgreSQL within ${deadlineMs} ms`);
      this.#waiting.delete(task);
      task.fail(late);
      task.session?.cut(late);
    });
  }

  /** Starts what waits, as far as there are sessions or room for them. */
  #lend(): void {
    for (const task of this.#waiting) {
      const session = this.#takeSession();
      if (session === undefined) return;
      this.#waiting.delete(task);
      this.#lent.set(session, task);
      task.session = session;
      void task.run(session).then(() => this.#giveBack(session));
    }
    if (this.#lent.size === 0) this.#onAllDone?.();
  }

  #takeSession(): PostgresSession | undefined {
    const [idle] = this.#idle;
    if (idle !== undefined) {
      this.#idle.delete(idle);
      return idle;
    }
    if (this.#placesTaken === SESSIONS_MAX) return undefined;
    this.#placesTaken++;
    const session = postgresSession({ url: this.#options.url, onEnd: (cause) => this.#forget(session, cause) });
    return session;
  }

  #giveBack(session: PostgresSession): void {
    // A session that was cut meanwhile is not lent any more.
    if (this.#lent.delete(session)) this.#idle.add(session);
    this.#lend();
  }

  #forget(session: PostgresSession, cause: unknown): void {
    this.#lent.get(session)?.fail(cause);
    this.#lent.delete(session);
    this.#idle.delete(session);
    this.#options.platform.after(RECONNECT_PAUSE_MS, () => {
      this.#placesTaken--;
      this.#lend();
    });
  }
}
