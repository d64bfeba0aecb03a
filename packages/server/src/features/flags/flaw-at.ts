import type { ProblemCode } from '@tidegate/protocol';
import { pointerOf } from '../../http/pointer.ts';
import { type ProblemError, problem } from '../../http/problem.ts';

/** A problem with one place in the document. */
export function flawAt(code: ProblemCode, path: readonly (string | number)[], detail: string): ProblemError {
  const pointer = pointerOf(path);
  return problem(code, { detail: `At ${pointer}: ${detail}.`, errors: [{ pointer, detail }] });
}
