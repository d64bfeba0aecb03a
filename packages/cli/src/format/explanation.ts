import { formatPercent } from '@tidegate/analysis/quantities';
import type { ConditionTrace, Explanation, ExplanationStep, Position, VendorTrace } from '@tidegate/evaluation';
import type { ExplanationView } from '@tidegate/protocol';
import { formatChanges } from './changes.ts';
import { describeLeaf } from './condition.ts';
import type { Paint } from './paint.ts';
import { describeSplit } from './serve.ts';
import { formatInstant, formatJson, printable } from './text.ts';

/**
 * Why a context gets what it gets, rule by rule, in the order in which the evaluation took them, and who made it so:
 *
 *     new-checkout = true  variation on, TARGETING_MATCH, rule pro, revision 12
 *       ✓ new-checkout is enabled
 *       ✓ rule pro
 *           ✓ org.plan equals "pro"; it is "pro"
 *       → on
 *     WHAT               REVISION  MADE                  BY   DID      WHY
 *     flag new-checkout        12  2026-03-01 14:03:05Z  Ann  updated  launch for pro
 */
export function formatExplanation(explanation: ExplanationView, paint: Paint): string[] {
  return [
    ...conclusionOf(explanation, paint),
    ...explanation.steps.flatMap((step) => formatStep(step, paint)),
    ...(explanation.changes.length === 0 ? [] : formatChanges(explanation.changes, paint)),
  ];
}

function conclusionOf({ flagKey, evaluation }: Explanation, paint: Paint): string[] {
  const { variation, value, reason, ruleId, errorCode, errorMessage, revision, exposure } = evaluation;
  const ownDefault = `${paint.bold(flagKey)} gives the caller's own default`;
  if (reason === 'ERROR') {
    const message = errorMessage === undefined ? '' : `: ${printable(errorMessage)}`;
    return [`${ownDefault}  ${paint.red(`${errorCode ?? 'ERROR'}${message}`)}`];
  }
  const because = `${reason}${ruleId === undefined ? '' : `, rule ${ruleId}`}, revision ${revision}`;
  if (variation === undefined) return [`${ownDefault}  ${because}`];
  return [
    `${paint.bold(flagKey)} = ${paint.bold(formatJson(value))}  variation ${variation}, ${because}`,
    ...(exposure === undefined
      ? []
      : [`measured as ${exposure.arm} of rollout ${exposure.rolloutId}, stage ${exposure.stageIndex + 1}`]),
  ];
}

function formatStep(step: ExplanationStep, paint: Paint): string[] {
  const line = (passed: boolean, text: string) => `  ${mark(passed, paint)} ${text}`;
  switch (step.kind) {
    case 'enabled':
      return [line(step.enabled, `${step.flagKey} is ${step.enabled ? 'enabled' : 'disabled'}`)];
    case 'prerequisite':
      return [line(step.met, `prerequisite ${wantedOf(step)}`), ...indent(4, innerSteps(step.explanation, paint))];
    case 'target':
      return [line(step.matched, `target ${step.variation}: ${unitOf(step)} is ${step.matched ? '' : 'not '}listed`)];
    case 'holdout':
      return [
        line(!step.held, step.held ? 'held out' : 'not held out'),
        ...indent(6, formatTrace(step.segment, paint)),
      ];
    case 'layer':
      return [
        line(step.matched, `in slice ${rangeOf(step)} of layer ${step.layer}: ${placeOf(step)}`),
        ...indent(4, hashOf(step)),
      ];
    case 'rule':
      return [line(step.matched, `rule ${step.ruleId}`), ...indent(6, formatTrace(step.condition, paint))];
    case 'scope':
      return [
        line(
          !step.outside,
          `${step.outside ? '' : 'not '}left out by the rollout of ${step.ruleId ?? 'the fallthrough'}`,
        ),
        ...indent(6, formatTrace(step.condition, paint)),
      ];
    case 'cap':
      return [
        line(
          step.capped,
          `${step.capped ? '' : 'not '}capped in ${step.ruleId ?? 'the fallthrough'} at ${describeSplit(step.ranges)}`,
        ),
        ...indent(6, formatTrace(step.condition, paint)),
      ];
    case 'fallthrough':
      return ['  · no rule matched: fallthrough'];
    case 'serve':
      return [`  → ${step.variation}`];
    case 'bucket': {
      const { range } = step;
      const where = range === undefined ? 'in no range' : `in ${rangeOf(range)}: ${range.variation}`;
      return [pick(range, `${placeOf(step)}, ${where}`), ...indent(4, hashOf(step))];
    }
    case 'vendorBucket': {
      const { range } = step;
      const where = range === undefined ? 'in no range' : `in [${range.from}, ${range.to}): ${range.variation}`;
      return [pick(range, `${vendorPlaceOf(step)}, ${where}`), ...indent(4, vendorHashOf(step))];
    }
    default:
      return [`  · ${unknownKind(step)}`];
  }
}

function formatTrace(trace: ConditionTrace, paint: Paint): string[] {
  const line = (text: string) => `${mark(trace.matched, paint)} ${text}`;
  const inner = (child: ConditionTrace) => indent(2, formatTrace(child, paint));
  switch (trace.kind) {
    case 'all':
    case 'any':
      return [line(`${trace.kind} of`), ...trace.children.flatMap(inner)];
    case 'not':
      return [line('not'), ...inner(trace.child)];
    case 'segment':
      return [
        line(`segment ${trace.segment} (${trace.why})`),
        ...(trace.condition === undefined ? [] : inner(trace.condition)),
      ];
    case 'flag':
      return [line(`flag ${wantedOf(trace)}`), ...innerSteps(trace.explanation, paint)];
    case 'bucket':
      return [line(`in ${rangeOf(trace)}: ${placeOf(trace)}`), ...indent(2, hashOf(trace))];
    case 'vendorBucket':
      return [line(`in [${trace.from}, ${trace.to}): ${vendorPlaceOf(trace)}`), ...indent(2, vendorHashOf(trace))];
    case 'leaf':
      return [line(`${describeLeaf(trace)}; it is ${actualOf(trace)}`)];
    default:
      return [unknownKind(trace)];
  }
}

function innerSteps(explanation: Explanation | undefined, paint: Paint): string[] {
  return explanation?.steps.flatMap((step) => formatStep(step, paint)) ?? [];
}

function wantedOf(asked: { flagKey: string; served: string | undefined; wanted: readonly string[] }): string {
  return `${asked.flagKey} serves ${asked.served ?? 'nothing'}, wanted ${asked.wanted.join(' or ')}`;
}

function unitOf({ unit, unitKey }: { unit: string; unitKey: string | undefined }): string {
  return unitKey === undefined ? `${printable(unit)} (missing)` : `${printable(unit)} ${formatJson(unitKey)}`;
}

function placeOf(position: Position): string {
  const { positionPpm } = position;
  return `${unitOf(position)} ${positionPpm === undefined ? 'has no position' : `stands at ${formatPercent(positionPpm)}`}`;
}

function hashOf({ unitKey, unitHash, salt, seed }: Position): string[] {
  if (unitHash === undefined) return [];
  return [
    `xxh32(${formatJson(unitKey)}, 0) = ${unitHash}, hashed again with seed ${seed} = xxh32(${formatJson(salt)}, 0)`,
  ];
}

function vendorPlaceOf({ algorithm, units, unit, position }: VendorTrace): string {
  if (unit === undefined) return `${units.map(printable).join(', ')} (missing) has no position`;
  const place = position === undefined ? 'has no position' : `stands at ${position}`;
  return `${printable(unit)} ${place} as ${algorithm} counts`;
}

function vendorHashOf({ algorithm, input }: VendorTrace): string[] {
  return input === undefined ? [] : [`${algorithm} hashed ${formatJson(input)}`];
}

function rangeOf({ fromPpm, toPpm }: { fromPpm: number; toPpm: number }): string {
  return `[${formatPercent(fromPpm)}, ${formatPercent(toPpm)})`;
}

/** People do not read epoch milliseconds. */
function actualOf({ attribute, actual }: Extract<ConditionTrace, { kind: 'leaf' }>): string {
  return attribute === '$now' && typeof actual === 'number' ? formatInstant(actual) : formatJson(actual);
}

/** Who made each document what it was. */
function pick(range: object | undefined, text: string): string {
  return `  ${range === undefined ? '·' : '→'} ${text}`;
}

function mark(passed: boolean, paint: Paint): string {
  return passed ? paint.green('✓') : paint.dim('✗');
}

function indent(width: number, lines: readonly string[]): string[] {
  return lines.map((line) => ' '.repeat(width) + line);
}

/** A newer server may tell of what this program has no words for. */
function unknownKind(told: never): string {
  // Whatever it is, what a server tells has a kind.
  return `${printable((told as { readonly kind: string }).kind)} (a newer tidegate can tell more)`;
}
