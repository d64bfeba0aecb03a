import type { FlagDocument } from '@tidegate/protocol';
import type { ProblemError } from '../../http/problem.ts';
import { flawAt } from './flaw-at.ts';

/** Variations and rules are meant by their keys and ids, so each is there once. */
export function checkIds({ variations, rules }: FlagDocument): ProblemError | undefined {
  return (
    checkUnique(variations.map((variation, index) => ({ id: variation.key, path: ['variations', index, 'key'] }))) ??
    checkUnique(rules.map((rule, index) => ({ id: rule.id, path: ['rules', index, 'id'] })))
  );
}

function checkUnique(named: readonly { id: string; path: (string | number)[] }[]): ProblemError | undefined {
  const seen = new Set<string>();
  for (const { id, path } of named) {
    if (seen.has(id)) return flawAt('duplicate-id', path, `${id} is there twice`);
    seen.add(id);
  }
  return undefined;
}
