import { type ProblemError, problem } from '../../http/problem.ts';

/** What the evaluation finds wrong with a document, which begins with its place: `.rules[0].serve: expected …`. */
export function unevaluable(flaw: string): ProblemError {
  const colon = flaw.indexOf(':');
  // Members of documents have no dots in their names.
  const pointer = flaw
    .slice(0, colon)
    .replaceAll(/\[(\d+)\]/g, '/$1')
    .replaceAll('.', '/');
  const detail = flaw.slice(colon + 1).trim();
  return problem('unevaluable', { detail: `At ${pointer}: ${detail}.`, errors: [{ pointer, detail }] });
}
