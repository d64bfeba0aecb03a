import type { ConditionTrace, ExplanationStep, JsonValue } from '@tidegate/evaluation';
import { OPERATOR_WORDS } from '../flag/operator-words.ts';
import { describeSplit } from '../text/describe-flag.ts';
import { formatPercent } from '../text/format.ts';

export interface StepWords {
  readonly text: string;
  /** Whether it decided, or let it pass; undefined where there is no such thing. */
  readonly matched?: boolean;
  readonly condition?: ConditionTrace;
}

/** One step of an evaluation in one line. */
export function describeStep(step: ExplanationStep): StepWords {
  switch (step.kind) {
    case 'enabled':
      return { text: step.enabled ? `${step.flagKey} is on` : `${step.flagKey} is off`, matched: step.enabled };
    case 'prerequisite':
      return {
        text: `${step.flagKey} must serve ${step.wanted.join(' or ')}, and serves ${step.served ?? 'nothing'}`,
        matched: step.met,
      };
    case 'target':
      return { text: `${step.unit} ${shown(step.unitKey)} is named for ${step.variation}`, matched: step.matched };
    case 'rule':
      return { text: `rule ${step.ruleId}`, matched: step.matched, condition: step.condition };
    case 'fallthrough':
      return { text: 'no rule took it: what everyone else gets' };
    case 'serve':
      return { text: `serves ${step.variation}`, matched: true };
    case 'holdout':
      return { text: step.held ? 'is held out' : 'is not held out', matched: !step.held, condition: step.segment };
    case 'scope':
      return {
        text: step.outside ? 'is outside of the scope of the rollout: control' : 'is in the scope of the rollout',
        matched: !step.outside,
        condition: step.condition,
      };
    case 'cap': {
      const shares = describeSplit(step.ranges);
      return {
        text: step.capped ? `is capped at ${shares}` : `is not capped at ${shares}`,
        matched: step.capped,
        condition: step.condition,
      };
    }
    case 'layer':
      return {
        text: `layer ${step.layer}: ${positionOf(step.positionPpm)} in ${rangeOf(step.fromPpm, step.toPpm)}`,
        matched: step.matched,
      };
    case 'bucket': {
      const where =
        step.range === undefined
          ? 'in no range'
          : `in ${rangeOf(step.range.fromPpm, step.range.toPpm)}, which is ${step.range.variation}`;
      return {
        text: `${step.unit} ${shown(step.unitKey)} with salt ${step.salt} stands ${positionOf(step.positionPpm)}, ${where}`,
        matched: step.range !== undefined,
      };
    }
    case 'vendorBucket':
      return {
        text: `${step.algorithm} of ${step.input ?? 'nothing'} is ${step.position ?? 'none'}: ${step.range?.variation ?? 'in no range'}`,
        matched: step.range !== undefined,
      };
    default:
      // A server may know steps that the page of an open tab does not.
      return { text: (step as { readonly kind: string }).kind };
  }
}

export function describeCondition(trace: ConditionTrace): string {
  switch (trace.kind) {
    case 'all':
      return 'all of';
    case 'any':
      return 'any of';
    case 'not':
      return 'not';
    case 'segment':
      return `in segment ${trace.segment} (${trace.why})`;
    case 'flag':
      return `${trace.flagKey} serves ${trace.served ?? 'nothing'}; wanted ${trace.wanted.join(' or ')}`;
    case 'bucket':
      return `${trace.unit} stands ${positionOf(trace.positionPpm)}; wanted ${rangeOf(trace.fromPpm, trace.toPpm)}`;
    case 'vendorBucket':
      return `${trace.algorithm} is ${trace.position ?? 'none'}; wanted ${trace.from} to ${trace.to}`;
    case 'leaf': {
      const words: Readonly<Record<string, string>> = OPERATOR_WORDS;
      const wanted = trace.values.map(shown).join(', ');
      return `${trace.attribute} ${words[trace.operator] ?? trace.operator} ${wanted}; it is ${shown(trace.actual)}`;
    }
    default:
      return (trace as { readonly kind: string }).kind;
  }
}

export function childrenOf(trace: ConditionTrace): readonly ConditionTrace[] {
  if (trace.kind === 'all' || trace.kind === 'any') return trace.children;
  if (trace.kind === 'not') return [trace.child];
  return trace.kind === 'segment' && trace.condition !== undefined ? [trace.condition] : [];
}

/** Absent members come as null or not at all. */
function shown(value: JsonValue | undefined): string {
  return value === undefined || value === null ? 'not there' : JSON.stringify(value);
}

function positionOf(ppm: number | undefined | null): string {
  return ppm === undefined || ppm === null ? 'nowhere' : `at ${formatPercent(ppm)}`;
}

function rangeOf(fromPpm: number, toPpm: number): string {
  return `${formatPercent(fromPpm)} to ${formatPercent(toPpm)}`;
}
