import { type Condition, type Leaf, operatorTakes } from '@tidegate/evaluation';
import { pointerOf } from '../../http/pointer.ts';
import { type ProblemError, problem } from '../../http/problem.ts';

type Path = readonly (string | number)[];

/** What keeps a condition from meaning anything: a segment that is not there, a value that its operator cannot take. */
export function checkCondition(
  condition: Condition,
  path: Path,
  segmentKeys: { has(key: string): boolean },
): ProblemError | undefined {
  if ('segment' in condition) {
    return segmentKeys.has(condition.segment) ? undefined : unknownSegment(condition.segment, [...path, 'segment']);
  }
  if ('attribute' in condition) return condition.dialect === undefined ? checkLeaf(condition, path) : undefined;
  if ('flag' in condition || 'bucket' in condition) return undefined;
  if ('not' in condition) return checkCondition(condition.not, [...path, 'not'], segmentKeys);
  const [form, children] = 'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const);
  for (const [index, child] of children.entries()) {
    const found = checkCondition(child, [...path, form, index], segmentKeys);
    if (found !== undefined) return found;
  }
  return undefined;
}

function checkLeaf({ operator, values }: Leaf, path: Path): ProblemError | undefined {
  const takesNone = operator === 'exists' || operator === 'notExists';
  if (takesNone !== (values.length === 0)) {
    const detail = takesNone ? `${operator} compares with nothing: leave values empty` : `${operator} needs a value`;
    return invalidValue(detail, [...path, 'values']);
  }
  const index = values.findIndex((value) => !operatorTakes(operator, value));
  if (index === -1) return undefined;
  return invalidValue(`${operator} cannot compare with ${shorten(values[index])}`, [...path, 'values', index]);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function invalidValue(detail: string, path: Path): ProblemError {
  return problem('invalid-condition-value', {
    detail: `At ${pointerOf(path)}: ${detail}.`,
    errors: [{ pointer: pointerOf(path), detail }],
  });
}

function unknownSegment(key: string, path: Path): ProblemError {
  return problem('unknown-segment', {
    detail: `At ${pointerOf(path)}: this environment has no segment ${key}, or it is archived.`,
    errors: [{ pointer: pointerOf(path), detail: `there is no segment ${key}` }],
  });
}
