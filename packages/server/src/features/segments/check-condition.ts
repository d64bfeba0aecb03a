import { type Bucket, type Condition, type Leaf, operatorTakes } from '@tidegate/evaluation';
import { pointerOf } from '../../http/pointer.ts';
import { type ProblemError, problem } from '../../http/problem.ts';

type Path = readonly (string | number)[];
type SegmentKeys = { has(key: string): boolean };

/** What a condition asks in the end, and where it stands. */
export interface PlacedLeaf {
  readonly leaf: Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;
  readonly path: Path;
}

export function leavesOf(condition: Condition, path: Path): PlacedLeaf[] {
  if ('all' in condition) return condition.all.flatMap((child, index) => leavesOf(child, [...path, 'all', index]));
  if ('any' in condition) return condition.any.flatMap((child, index) => leavesOf(child, [...path, 'any', index]));
  return 'not' in condition ? leavesOf(condition.not, [...path, 'not']) : [{ leaf: condition, path }];
}

/**
 * What keeps a condition from meaning anything: a segment that is not there, a value that its operator cannot take, a
 * bucket that ends before it begins. What it asks of other flags, and in other vendors' words, is checked elsewhere.
 */
export function checkCondition(condition: Condition, path: Path, segmentKeys: SegmentKeys): ProblemError | undefined {
  for (const { leaf, path: at } of leavesOf(condition, path)) {
    const flaw = checkLeaf(leaf, at, segmentKeys);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** A document that names a segment names one that is there. */
export function checkSegmentKnown(key: string, path: Path, segmentKeys: SegmentKeys): ProblemError | undefined {
  if (segmentKeys.has(key)) return undefined;
  return problem('unknown-segment', {
    detail: `At ${pointerOf(path)}: this environment has no segment ${key}, or it is archived.`,
    errors: [{ pointer: pointerOf(path), detail: `there is no segment ${key}` }],
  });
}

function checkLeaf(leaf: PlacedLeaf['leaf'], path: Path, segmentKeys: SegmentKeys): ProblemError | undefined {
  if ('segment' in leaf) return checkSegmentKnown(leaf.segment, [...path, 'segment'], segmentKeys);
  if ('bucket' in leaf) return checkBucket(leaf.bucket, [...path, 'bucket']);
  return 'attribute' in leaf && leaf.dialect === undefined ? checkComparison(leaf, path) : undefined;
}

function checkBucket(bucket: Bucket, path: Path): ProblemError | undefined {
  const [from, to] = 'salt' in bucket ? [bucket.fromPpm, bucket.toPpm] : [bucket.from, bucket.to];
  return to < from ? invalidValue(`the bucket ends at ${to}, before it begins at ${from}`, path) : undefined;
}

function checkComparison({ operator, values }: Leaf, path: Path): ProblemError | undefined {
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
