import type { ConditionTrace, Explanation, ExplanationStep } from '@tidegate/evaluation';
import { describeLeaf } from './condition.ts';
import type { Paint } from './paint.ts';
import { formatPercent } from './percent.ts';
import { formatJson, printable } from './text.ts';

/** Why a context gets what it gets, step by step, in the order in which the evaluation took them. */
export function formatExplanation(explanation: Explanation, paint: Paint): string[] {
  return [...conclusionOf(explanation, paint), ...explanation.steps.flatMap((step) => formatStep(step, paint))];
}

function conclusionOf({ flagKey, evaluation }: Explanation, paint: Paint): string[] {
  const { variation, value, reason, ruleId, errorCode, errorMessage, revision, exposure } = evaluation;
  if (reason === 'ERROR') {
    const message = errorMessage === undefined ? '' : `: ${printable(errorMessage)}`;
    return [`${paint.bold(flagKey)} gives the caller's own default  ${paint.red(`${errorCode ?? 'ERROR'}${message}`)}`];
  }
  const rule = ruleId === undefined ? '' : `, rule ${ruleId}`;
  return [
    `${paint.bold(flagKey)} = ${paint.bold(formatJson(value))}  variation ${variation ?? 'none'}, ${reason}${rule}, revision ${revision}`,
    ...(exposure === undefined
      ? []
      : [`measured as ${exposure.arm} of rollout ${exposure.rolloutId}, stage ${exposure.stageIndex + 1}`]),
  ];
}

function formatStep(step: ExplanationStep, paint: Paint): string[] {
  switch (step.kind) {
    case 'enabled':
      return [`  ${mark(step.enabled, paint)} ${step.flagKey} is ${step.enabled ? 'enabled' : 'disabled'}`];
    case 'prerequisite':
      return [
        `  ${mark(step.met, paint)} prerequisite ${step.flagKey} serves ${step.served ?? 'nothing'}, wanted ${step.wanted.join(' or ')}`,
        ...(step.explanation?.steps ?? []).flatMap((inner) => formatStep(inner, paint)).map((line) => `    ${line}`),
      ];
    case 'target':
      return [
        `  ${mark(step.matched, paint)} target ${step.variation}: ${unitOf(step)} is ${step.matched ? '' : 'not '}listed`,
      ];
    case 'rule':
      return [
        `  ${mark(step.matched, paint)} rule ${step.ruleId}`,
        ...formatTrace(step.condition, paint).map((line) => `      ${line}`),
      ];
    case 'fallthrough':
      return ['  · no rule matched: fallthrough'];
    case 'serve':
      return [`  → ${step.variation}`];
    case 'holdout':
      return [
        `  ${mark(step.held, paint)} held out`,
        ...formatTrace(step.segment, paint).map((line) => `      ${line}`),
      ];
    case 'layer':
      return [`  ${mark(step.matched, paint)} ${unitOf(step)} in the flag's slice of layer ${step.layer}`];
    case 'bucket':
      return formatBucket(step);
    case 'vendorBucket':
      return [`  → ${step.algorithm} position ${step.position ?? 'none'}: ${step.range?.variation ?? 'in no range'}`];
    default:
      throw step satisfies never;
  }
}

function formatBucket(step: Extract<ExplanationStep, { kind: 'bucket' }>): string[] {
  if (step.positionPpm === undefined) return [`  · ${unitOf(step)}: without a unit there is no position`];
  const { range } = step;
  const place = `${unitOf(step)} stands at ${formatPercent(step.positionPpm)}`;
  const hashed = `    xxh32(${formatJson(step.unitKey)}, 0) = ${step.unitHash}, hashed again with seed ${step.seed} = xxh32(${formatJson(step.salt)}, 0)`;
  if (range === undefined) return [`  · ${place}, in no range`, hashed];
  return [
    `  → ${place}, in [${formatPercent(range.fromPpm)}, ${formatPercent(range.toPpm)}): ${range.variation}`,
    hashed,
  ];
}

function unitOf({ unit, unitKey }: { unit: string; unitKey: string | undefined }): string {
  return unitKey === undefined ? `${printable(unit)} (missing)` : `${printable(unit)} ${formatJson(unitKey)}`;
}

function formatTrace(trace: ConditionTrace, paint: Paint): string[] {
  const line = (text: string) => `${mark(trace.matched, paint)} ${text}`;
  const indented = (inner: ConditionTrace) => formatTrace(inner, paint).map((text) => `  ${text}`);
  switch (trace.kind) {
    case 'all':
    case 'any':
      return [line(`${trace.kind} of`), ...trace.children.flatMap(indented)];
    case 'not':
      return [line('not'), ...indented(trace.child)];
    case 'segment':
      return [
        line(`segment ${trace.segment} (${trace.why})`),
        ...(trace.condition === undefined ? [] : indented(trace.condition)),
      ];
    case 'flag':
      return [line(`flag ${trace.flagKey} serves ${trace.served ?? 'nothing'}, wanted ${trace.wanted.join(' or ')}`)];
    case 'bucket':
      return [line(`${unitOf(trace)} in [${formatPercent(trace.fromPpm)}, ${formatPercent(trace.toPpm)})`)];
    case 'vendorBucket':
      return [line(`${trace.algorithm} position ${trace.position ?? 'none'} in [${trace.from}, ${trace.to})`)];
    case 'leaf':
      return [line(`${describeLeaf(trace)}; it is ${formatJson(trace.actual)}`)];
    default:
      throw trace satisfies never;
  }
}

function mark(matched: boolean, paint: Paint): string {
  return matched ? paint.green('✓') : paint.dim('✗');
}
