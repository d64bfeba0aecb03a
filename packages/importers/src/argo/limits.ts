import type { MetricLimits } from '@tidegate/analysis/limits';
import { checkedLimits } from '../canaries/checked-limits.ts';
import { goDurationMs } from '../canaries/durations.ts';
import type { Members } from '../canaries/members.ts';
import { Refusal } from '../refusal.ts';

/** As they stand in a template: numbers may be texts with arguments in them. */
export interface WrittenLimits {
  readonly texts: Readonly<Partial<Record<keyof MetricLimits, string>>>;
}

const DURATIONS = { interval: 'intervalMs', initialDelay: 'initialDelayMs' } as const;
const COUNTS = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const;
const CONDITIONS = ['successCondition', 'failureCondition'] as const;

export function readLimits(metric: Members, called: string): WrittenLimits {
  const texts: [string, string][] = [];
  for (const [name, field] of Object.entries(DURATIONS)) texts.push(...entry(field, metric.text(name)));
  for (const name of CONDITIONS) texts.push(...entry(name, metric.text(name)));
  for (const name of COUNTS) {
    const value = metric.whole(name);
    if (value !== undefined && typeof value !== 'number' && typeof value !== 'string') {
      throw new Refusal(`${called} is left out: ${metric.pathOf(name)} must be a number.`);
    }
    texts.push(...entry(name, value === undefined ? undefined : String(value)));
  }
  const limits: WrittenLimits = { texts: Object.fromEntries(texts) };
  // What has no arguments in it can be checked at once.
  if (!JSON.stringify(limits).includes('{{')) toLimits(limits, called);
  return limits;
}

function entry(field: string, text: string | undefined): [string, string][] {
  return text === undefined || text === '' ? [] : [[field, text]];
}

/** @throws Refusal for what cannot be used. */
export function toLimits({ texts }: WrittenLimits, called: string): MetricLimits {
  const durations = Object.values(DURATIONS).flatMap((field) => {
    const text = texts[field];
    return text === undefined ? [] : [[field, goDurationMs(text, `${called}: ${field}`)]];
  });
  const counts = COUNTS.flatMap((field) => {
    const text = texts[field];
    if (text === undefined) return [];
    if (/^-?\d{1,9}$/.test(text)) return [[field, Number(text)]];
    throw new Refusal(`${called}: ${field} must be a whole number; it is ${JSON.stringify(text)}.`);
  });
  const conditions = CONDITIONS.flatMap((field) => {
    const text = texts[field];
    return text === undefined ? [] : [[field, text]];
  });
  const limits: MetricLimits = Object.fromEntries([...conditions, ...durations, ...counts]);
  refuseWhatArgoRefuses(limits, called);
  return checkedLimits(limits, called);
}

/** There measuring ends with the count, so these could never be what somebody meant. */
function refuseWhatArgoRefuses({ count, intervalMs, failureLimit = 0 }: MetricLimits, called: string): void {
  const measured = count ?? (intervalMs === undefined ? 1 : undefined);
  if (count !== undefined && count > 1 && intervalMs === undefined) {
    throw new Refusal(`${called} is refused: ${count} measurements need an interval.`);
  }
  if (measured !== undefined && failureLimit >= measured) {
    const detail = `of ${measured} measurements never more than ${failureLimit} fail: the limit could not be exceeded`;
    throw new Refusal(`${called} is refused: ${detail}.`);
  }
}
