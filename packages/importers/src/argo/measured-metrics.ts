import type { MeasuredMetric, MeasuringTime } from '../canaries/imported-rollouts.ts';
import type { JsonRecord } from '../json-record.ts';
import { isRecord } from '../json-record.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import type { AnalysisTemplate, TemplateMetric } from './analysis-template.ts';
import type { ArgumentValue } from './arguments.ts';
import { toLimits, type WrittenLimits } from './limits.ts';

interface Run {
  /** What the rollout says; a template's own are what it falls back to. */
  readonly args: ReadonlyMap<string, ArgumentValue | undefined>;
  readonly when: MeasuringTime;
  readonly leaveOut?: (reason: string) => void;
}

/** The metrics of a template as one run measures them, with its arguments filled in. */
export function measuredMetrics(template: AnalysisTemplate | undefined, run: Run): readonly MeasuredMetric[] {
  if (template === undefined) return [];
  const args = new Map([...template.args].map(([name, value]) => [name, run.args.get(name) ?? value]));
  return template.metrics.flatMap((metric) => {
    const made = orRefusal(() => measuredMetric(metric, args, run));
    if (!(made instanceof Refusal)) return [made];
    run.leaveOut?.(made.message);
    return [];
  });
}

function measuredMetric(
  metric: TemplateMetric,
  args: ReadonlyMap<string, ArgumentValue | undefined>,
  { when }: Run,
): MeasuredMetric {
  const { name, isDryRun } = metric;
  const secrets: [string, JsonRecord][] = [];
  const fill = (text: string): string =>
    text.replaceAll(/\{\{\s*args\.([\w-]+)\s*\}\}/g, (hole, arg: string) => {
      const value = args.get(arg);
      if (value?.kind === 'text') return value.text;
      if (value?.kind === 'of-kubernetes') {
        throw new Refusal(`The metric ${JSON.stringify(name)} is left out: ${arg} is a ${value.what} of Kubernetes.`);
      }
      if (value?.kind === 'secret') secrets.push([arg, value.reference]);
      else if (when.kind !== 'as-named') {
        throw new Refusal(`The metric ${JSON.stringify(name)} is left out: the argument ${arg} has no value.`);
      }
      return hole;
    });
  const provider = fillAll(metric.provider, fill);
  const texts = fillAll(metric.limits.texts, fill);
  const limits: WrittenLimits = { texts: isRecord(texts) ? (texts as WrittenLimits['texts']) : {} };
  return {
    name,
    provider: isRecord(provider) ? provider : {},
    limits: JSON.stringify(limits).includes('{{')
      ? openLimits(name)
      : toLimits(limits, `The metric ${JSON.stringify(name)}`),
    when,
    ...(isDryRun ? { mode: 'observe' } : {}),
    ...(secrets.length === 0 ? {} : { secrets: Object.fromEntries(secrets) }),
  };
}

function openLimits(name: string): never {
  throw new Refusal(
    `The limits of ${JSON.stringify(name)} depend on arguments: they are carried over where a rollout names them.`,
  );
}

function fillAll(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((item) => fillAll(item, fill));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fillAll(member, fill)]));
}
