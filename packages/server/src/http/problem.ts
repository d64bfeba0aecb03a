import { PROBLEMS, type Problem, type ProblemCode, problemTypeOf } from '@tidegate/protocol';

export interface ProblemDetails {
  /** What was expected, what came, what to do. */
  readonly detail: string;
  /** Where in the body or query, as JSON Pointers. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A refusal, with a code of the catalogue. Checks return one or throw it, handlers throw it, and one place turns it
 * into an answer: so handlers stay flat. Whatever else is thrown is our own bug, and answers `internal`.
 */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails) {
    super(`${code}: ${details.detail}`);
    this.name = 'ProblemError';
    this.code = code;
    this.details = details;
  }
}

export function problem(code: ProblemCode, details: ProblemDetails): ProblemError {
  return new ProblemError(code, details);
}

/** The answer's body; `instance` is the request's id, to find it in the log. */
export function problemBody({ code, details }: ProblemError, instance: string): Problem {
  return {
    type: problemTypeOf(code),
    ...PROBLEMS[code],
    code,
    detail: details.detail,
    instance,
    ...(details.errors === undefined ? {} : { errors: details.errors }),
  };
}
