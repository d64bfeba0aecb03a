import { findFlagFlaw, listOf, record, text, truth } from '@tidegate/evaluation';
import type { FlagView } from '@tidegate/protocol/types';
import type { JsonProblem } from '../parts/json-field.tsx';
import { SETTINGS } from './flag-draft.ts';

/**
 * JSON that is typed is held to the shape that the fields of this page rely on before it is taken over. Whether it can
 * be saved, with what there is in the environment, the server says.
 */

/** What is no setting, and no flag is without. */
const AS_CREATED = { key: 'flag', enabled: true, salt: '', revision: 0 };

const housekeeping = record({ description: text, tags: listOf(text), temporary: truth, clientSide: text });

export function findSettingsProblem(kind: FlagView['kind'], settings: unknown): JsonProblem | undefined {
  const strange = Object.keys(Object(settings)).find((name) => !SETTINGS.some((known) => known === name));
  if (strange !== undefined) return { pointer: `/${strange}`, detail: `there is no setting ${strange}` };
  const flaw = housekeeping(settings) ?? findFlagFlaw({ ...Object(settings), ...AS_CREATED, kind });
  return problemOf(flaw, '');
}

export function findConditionProblem(condition: unknown): JsonProblem | undefined {
  const rule = { id: 'rule', condition, serve: { kind: 'variation', variation: 'on' } };
  return problemOf(findFlagFlaw({ ...PLAIN_FLAG, rules: [rule] }), '/rules/0/condition');
}

/** Of a flag with these variations, whatever their values. */
export function findServeProblem(variations: FlagView['variations'], serve: unknown): JsonProblem | undefined {
  const keyed = variations.map(({ key }) => ({ key, value: true }));
  const offVariation = keyed[0]?.key ?? '$default';
  const flaw = findFlagFlaw({ ...PLAIN_FLAG, variations: keyed, offVariation, fallthrough: serve });
  return problemOf(flaw, '/fallthrough');
}

const PLAIN_FLAG = {
  ...AS_CREATED,
  kind: 'boolean',
  variations: [{ key: 'on', value: true }],
  offVariation: 'on',
  prerequisites: [],
  targets: [],
  rules: [],
  fallthrough: { kind: 'variation', variation: 'on' },
};

/** A flaw of the flag language begins with its path: `.rules[2].id: expected a text`. */
function problemOf(flaw: string | undefined, below: string): JsonProblem | undefined {
  if (flaw === undefined) return undefined;
  const [, path = '', detail = flaw] = /^((?:\.\w+|\[\d+\])*): (.*)$/s.exec(flaw) ?? [];
  const pointer = path.replaceAll(/\.(\w+)|\[(\d+)\]/g, '/$1$2');
  return { pointer: pointer.startsWith(below) ? pointer.slice(below.length) : '', detail };
}
