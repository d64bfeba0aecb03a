import type { Problem } from '@tidegate/protocol';

/** The command line makes no sense. Nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The server refused, and says why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** No answer that could be understood came: no connection, or something else than Tidegate on the other end. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** No answer came in time. Whether a change was made is not known. */
export class TimedOutError extends Error {
  override readonly name = 'TimedOutError';
}
