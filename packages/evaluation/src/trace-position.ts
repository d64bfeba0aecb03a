import { unitKeyAt } from './answer.ts';
import { positionPpm, unitHash } from './bucket.ts';
import type { PositionPlan, VendorPositionPlan } from './condition-plan.ts';
import type { Context, Position, VendorTrace } from './evaluation.ts';

/** Where a context stands under a salt, and how it got there. */
export function tracePosition(plan: Pick<PositionPlan, 'subject' | 'read' | 'operand'>, context: Context): Position {
  const { salt } = plan.operand;
  const seed = plan.operand.seed >>> 0;
  const unitKey = unitKeyAt(plan, context);
  const h0 = unitKey === undefined ? undefined : unitHash(unitKey);
  const position = h0 === undefined ? undefined : positionPpm(h0, seed);
  return { unit: plan.subject, unitKey, salt, seed, unitHash: h0, positionPpm: position };
}

/** Where a context stands in another vendor's buckets, and how it got there. */
export function traceVendorPosition(
  { subject, operand }: Pick<VendorPositionPlan, 'subject' | 'operand'>,
  context: Context,
): VendorTrace {
  const found = operand(context);
  const { bucketing, units } = subject;
  return { algorithm: bucketing.algorithm, units, unit: found?.unit, input: found?.input, position: found?.position };
}
