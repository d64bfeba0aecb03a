import type { Problem } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { printable } from './text.ts';

/** A refusal of the server: what, why, where in the body, and the words to search for. */
export function formatProblem(problem: Problem, paint: Paint): string[] {
  return [
    `${paint.red('error')}: ${printable(problem.title)} (${printable(problem.code)})`,
    `  ${printable(problem.detail)}`,
    ...(problem.errors ?? []).map(({ pointer, detail }) => `  at ${printable(pointer) || '/'}: ${printable(detail)}`),
    ...(problem.instance === undefined ? [] : [paint.dim(`  request ${printable(problem.instance)}`)]),
  ];
}

export function formatFailure(message: string, paint: Paint): string[] {
  return [`${paint.red('error')}: ${printable(message)}`];
}
