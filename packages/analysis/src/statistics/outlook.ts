import type { Verdict } from './assessment.ts';
import { estimateRatio } from './estimate-ratio.ts';
import { type LabelCounts, ratiosOf } from './label-betting.ts';

export interface OutlookInput {
  readonly verdict: Verdict;
  readonly harm: 'up' | 'down';
  /** Forecasts are of rates alone. */
  readonly isRate: boolean;
  /** A mean or ratio that has too few values for its first look. */
  readonly isUnseen: boolean;
  /** Units, and units that counted, per stratum with a coin. */
  readonly units: readonly LabelCounts[];
  readonly events: readonly LabelCounts[];
  /** Share of treatment among new units of the present stage. */
  readonly treatmentShare: number;
  readonly logEvidence: number;
  readonly logThreshold: number;
  readonly safety: { readonly margin: number; readonly logSafety: number; readonly logThreshold: number } | null;
}

/** What would change the verdict, in a sentence for an operator. Forecasts assume the present rates, and say so. */
export function outlook(input: OutlookInput): string {
  switch (input.verdict) {
    case 'failed':
      return 'Nothing changes it: the evidence passed its threshold, and a kill is final.';
    case 'error':
      return 'Evidence for this metric is not collected: start a new rollout with a metric that exists.';
    case 'inconclusive':
      return 'The arms have not the sizes that were designed: find out which units are lost, then start again.';
    case 'no_data':
      return 'Needs exposed units in both arms.';
    case 'no_control':
      return 'No control is left: only late outcomes of units that were exposed in earlier stages can still count.';
    case 'safe':
      return 'Stays safe unless harm shows.';
    case 'running':
      return whileRunning(input);
    default:
      return input.verdict satisfies never;
  }
}

function whileRunning(input: OutlookInput): string {
  const { events, harm, safety, treatmentShare } = input;
  if (treatmentShare >= 1) return 'No control is left: from here on its absolute limit decides.';
  if (input.isUnseen) return UNSEEN;
  if (!input.isRate) {
    const [has, needs] = [input.logEvidence, input.logThreshold].map((nats) => nats.toFixed(2));
    return `Harm shows at ${needs} nats of evidence; there are ${has}.`;
  }
  const eventCount = sizeOf(events);
  if (eventCount === 0) return 'No unit counted yet in either arm; evidence grows only when units count.';
  const ratio = estimateRatio(events) ?? (events.some(({ treatment }) => treatment > 0) ? RATIO_WITHOUT_CONTROL : 0);
  const unitsPerEvent = sizeOf(input.units) / eventCount;
  const untilHarm = unitsUntil(input.logThreshold - input.logEvidence, {
    perEvent: Math.max(...ratiosOf(harm).map((bet) => growth({ bet, against: 1, ratio, treatmentShare }))),
    unitsPerEvent,
  });
  const sentences = [
    untilHarm === null
      ? 'At the present rates no harm will show.'
      : `At the present rates about ${untilHarm} more units show harm.`,
  ];
  if (safety !== null) {
    const perEvent = growth({ bet: 1, against: safety.margin, ratio, treatmentShare });
    const untilSafe = unitsUntil(safety.logThreshold - safety.logSafety, { perEvent, unitsPerEvent });
    sentences.push(
      untilSafe === null
        ? `They will not show that the ratio is better than ${safety.margin}.`
        : `About ${untilSafe} more show that the ratio is better than ${safety.margin}.`,
    );
  }
  return sentences.join(' ');
}

const UNSEEN =
  'Not looked at yet: each arm needs a hundred units whose window has ended, and about thirty values other than 0.';

/** With no control event the likeliest ratio is infinite; for a forecast it is as large as the largest bet. */
const RATIO_WITHOUT_CONTROL = 15;

/** Nats that a bet on one ratio against another gains per event on average. */
function growth(of: { bet: number; against: number; ratio: number; treatmentShare: number }): number {
  const { bet, against, ratio, treatmentShare: pi } = of;
  const labelShare = (pi * ratio) / (1 - pi + pi * ratio);
  return labelShare * Math.log(bet / against) - Math.log1p(pi * (bet - 1)) + Math.log1p(pi * (against - 1));
}

function unitsUntil(missingNats: number, rate: { perEvent: number; unitsPerEvent: number }): string | null {
  if (rate.perEvent <= 0) return null;
  const units = (Math.max(0, missingNats) / rate.perEvent) * rate.unitsPerEvent;
  return units >= FORECAST_UNITS_MAX ? null : twoDigits(Math.max(1, units));
}

/** Further ahead the present rates say nothing. */
const FORECAST_UNITS_MAX = 1e9;

/** Two significant digits, with commas: a forecast knows no more. */
function twoDigits(value: number): string {
  const rounded = Math.round(Number(value.toPrecision(2)));
  return String(rounded).replace(/\B(?=(\d{3})+$)/g, ',');
}

function sizeOf(strata: readonly LabelCounts[]): number {
  return strata.reduce((sum, { control, treatment }) => sum + control + treatment, 0);
}
