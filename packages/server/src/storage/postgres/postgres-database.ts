import type { Dialect, Params, SqlDatabase, SqlValue, UnitOfWork } from '../sql/sql-database.ts';
import type { PostgresSession } from './postgres-session.ts';
import type { SessionPool } from './session-pool.ts';

/** Runs each statement, or each unit of work in one READ COMMITTED transaction, on a session of the pool. */
export function postgresDatabase(pool: SessionPool, dialect: Dialect): SqlDatabase {
  const positional = positionalStatements();

  const run = (session: PostgresSession, statement: string, params: Params): Promise<readonly unknown[]> => {
    const { text, valuesOf } = positional(statement);
    return session.query(text, valuesOf(params));
  };

  const runUnit = async <T>(session: PostgresSession, unit: UnitOfWork<T>): Promise<T> => {
    let step = unit.next();
    while (!step.done) {
      const answers = step.value.map(({ statement, params }) => run(session, statement, params));
      step = unit.next(await Promise.all(answers));
    }
    return step.value;
  };

  return {
    dialect,
    query: <Row>(statement: string, params: Params = {}) =>
      // As in `ask`: the statement stands beside the type of its rows, and the contract suite runs every one.
      pool.use((session) => run(session, statement, params) as Promise<readonly Row[]>),
    transact: (unit, limit) =>
      pool.use(async (session) => {
        await session.query('BEGIN');
        try {
          const result = await runUnit(session, unit());
          await session.query('COMMIT');
          return result;
        } catch (error) {
          await rollBack(session);
          throw error;
        }
      }, limit),
  };
}

/** A session that cannot even roll back is cut, and the server then rolls back by itself: nothing more to report. */
async function rollBack(session: PostgresSession): Promise<void> {
  if (session.alive) await session.query('ROLLBACK').catch(() => undefined);
}

interface PositionalStatement {
  /** With `$1`, `$2`, … where the statement says `$name`. */
  readonly text: string;
  valuesOf(params: Params): readonly SqlValue[];
}

function positionalStatements(): (statement: string) => PositionalStatement {
  const known = new Map<string, PositionalStatement>();
  return (statement) => {
    let positional = known.get(statement);
    if (positional === undefined) {
      positional = toPositional(statement);
      known.set(statement, positional);
    }
    return positional;
  };
}

function toPositional(statement: string): PositionalStatement {
  const names: string[] = [];
  const text = statement.replaceAll(/\$([a-z]\w*)/gi, (_match, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return {
    text,
    valuesOf: (params) =>
      names.map((name) => {
        const value = params[name];
        if (value === undefined) throw new TypeError(`no value for $${name} in:${statement}`);
        return value;
      }),
  };
}
