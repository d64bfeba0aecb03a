import type { Findings } from '../canaries/findings.ts';
import type { Members } from '../canaries/members.ts';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { type ArgumentValue, readArguments } from './arguments.ts';
import { readDryRuns } from './dry-runs.ts';
import { readLimits, type WrittenLimits } from './limits.ts';

export interface AnalysisTemplate {
  readonly metrics: readonly TemplateMetric[];
  /** Those with a default have a value. */
  readonly args: ReadonlyMap<string, ArgumentValue | undefined>;
}

export interface TemplateMetric {
  readonly name: string;
  readonly provider: JsonRecord;
  /** With `{{args.NAME}}` in it, until a rollout says what that is. */
  readonly limits: WrittenLimits;
  readonly isDryRun: boolean;
}

/** Providers that ask a metrics system or a web page; the others are pods, or ask Kubernetes. */
const PROVIDERS = [
  'prometheus',
  'datadog',
  'newRelic',
  'wavefront',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
  'web',
];

export function readAnalysisTemplate(spec: Members, findings: Findings): AnalysisTemplate {
  const args = readArguments(spec.listOf('args'));
  const isDryRun = readDryRuns(spec);
  if (spec.listOf('templates').length > 0) {
    findings.leaveOut('spec.templates is left out: name those templates in the rollout itself.');
    spec.settle();
  }
  const metrics = spec.listOf('metrics').flatMap((metric) => {
    const read = orRefusal(() => readMetric(metric, isDryRun, findings));
    if (!(read instanceof Refusal)) return [read];
    findings.leaveOut(read.message);
    metric.settle();
    return [];
  });
  if (metrics.length === 0)
    throw new Refusal(['None of its metrics can be measured.', ...findings.reasons()].join(' '));
  return { metrics, args };
}

function readMetric(metric: Members, isDryRun: (name: string) => boolean, findings: Findings): TemplateMetric {
  const name = metric.neededText('name');
  const provider = metric.wholeRecord('provider') ?? {};
  const [kind = 'none', ...others] = Object.keys(provider);
  const settings = provider[kind];
  const called = `The metric ${JSON.stringify(name)}`;
  if (others.length > 0) throw new Refusal(`${called} is left out: it has several providers.`);
  if (!PROVIDERS.includes(kind) || !isRecord(settings)) throw new Refusal(`${called} is left out: ${whyNot(kind)}.`);
  const limits = readLimits(metric, called);
  if (/\bis(NaN|Inf)\b/.test(JSON.stringify(limits))) {
    findings.leaveOut(
      `${called} asks isNaN or isInf: here NaN is no data and infinity an error, before any condition.`,
    );
  }
  return { name, provider: { kind, ...settings }, limits, isDryRun: isDryRun(name) };
}

function whyNot(kind: string): string {
  if (kind === 'job') return 'a job runs pods, and the server runs none';
  if (kind === 'kayenta') return 'it asks a Kayenta: import its canary config instead';
  if (kind === 'none') return 'it has no provider';
  return `its provider ${JSON.stringify(kind)} is not known`;
}
