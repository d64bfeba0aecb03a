import type { SeriesRule } from '@tidegate/analysis/series';
import type { Findings } from '../canaries/findings.ts';
import type { JudgedMetric } from '../canaries/imported-rollouts.ts';
import type { Members } from '../canaries/members.ts';
import { Refusal } from '../refusal.ts';

/** Fixed in the code of the judge: `NetflixACAJudge.scala`. The tolerance is a share of the found shift. */
const CONFIDENCE = 0.98;
const TOLERANCE = 0.25;

const DIRECTIONS = ['increase', 'decrease', 'either'] as const;
/** An effect of none, in each measure: where Kayenta's bounds are when none is written. */
const MEASURES = {
  meanRatio: { measure: 'mean-ratio', none: 1 },
  cles: { measure: 'superiority', none: 0.5 },
} as const;

export function readJudgedMetric(metric: Members, findings: Findings): JudgedMetric {
  const name = metric.neededText('name');
  const called = `The metric ${JSON.stringify(name)}`;
  const query = metric.wholeRecord('query');
  if (query === undefined) throw new Refusal(`${called} is left out: it has no query.`);
  const groups = metric.whole('groups') ?? [];
  if (!isTexts(groups)) throw new Refusal(`${called} is left out: its groups must be texts.`);
  metric.whole('scopeName');
  const canary = metric.members('analysisConfigurations')?.members('canary');
  const written = canary?.text('direction') ?? 'either';
  const direction = DIRECTIONS.find((one) => one === written);
  if (direction === undefined) throw new Refusal(`${called} is left out: its direction ${written} is not known.`);
  const outliers = canary?.members('outliers');
  const isKept = (outliers?.text('strategy') ?? 'keep') === 'keep';
  outliers?.settle();
  if (!isKept) findings.leaveOut(`${called}: outliers are kept. What is far out may be the harm itself.`);
  if (canary?.truth('muted') === true) throw new Refusal(`${called} is left out: it is muted, and decides nothing.`);
  const nan = canary?.text('nanStrategy') ?? 'remove';
  if (nan !== 'remove' && nan !== 'replace') {
    throw new Refusal(`${called} is left out: its nanStrategy ${JSON.stringify(nan)} is not known.`);
  }
  return {
    name,
    query,
    groups,
    direction,
    nan: nan === 'replace' ? 'zero' : 'remove',
    isCritical: canary?.truth('critical') ?? false,
    isRequired: canary?.truth('mustHaveData') ?? false,
    rule: ruleOf(canary?.members('effectSize'), called),
  };
}

function ruleOf(effectSize: Members | undefined, called: string): SeriesRule {
  const written = effectSize?.text('measure') ?? 'meanRatio';
  const found = Object.entries(MEASURES).find(([name]) => name === written)?.[1];
  if (found === undefined) throw new Refusal(`${called} is left out: its measure ${written} is not known.`);
  const { measure, none } = found;
  const bound = (name: string) => effectSize?.number(name) ?? none;
  return {
    kind: 'interval',
    confidence: CONFIDENCE,
    margin: { of: 'shift', amount: TOLERANCE },
    effect: {
      measure,
      allowed: { low: bound('allowedDecrease'), high: bound('allowedIncrease') },
      critical: { low: bound('criticalDecrease'), high: bound('criticalIncrease') },
    },
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
