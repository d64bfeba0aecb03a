import { parseDuration, parsePercent } from '@tidegate/analysis/quantities';
import { InvalidArgumentError } from 'commander';

/** Readers of option values: each says what it expected when it cannot read what came. */

export function durationOption(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined) throw new InvalidArgumentError('Expected a duration like 30s, 10m or 24h.');
  return durationMs;
}

/** `1,5,25,50,100` as parts per million; that they rise to 100 % is for the server to say. */
export function stagesOption(text: string): number[] {
  return text.split(',').map((part) => {
    const ppm = parsePercent(part);
    if (ppm === undefined || ppm === 0) {
      throw new InvalidArgumentError('Expected percents above 0 and at most 100, like 1,5,25,50,100 or 2.5%,100%.');
    }
    return ppm;
  });
}

/** `0%` to `100%` as parts per million. */
export function shareOption(text: string): number {
  const ppm = parsePercent(text);
  if (ppm === undefined) throw new InvalidArgumentError('Expected a percent from 0% to 100%, like 2.5%.');
  return ppm;
}

/** `checkout-errors` or `checkout-errors:2`, collected over repetitions of the option. */
export function guardOption(text: string, previous: readonly GuardOption[] = []): GuardOption[] {
  const [metric = '', weight, ...rest] = text.split(':');
  const number = weight === undefined ? 1 : Number(weight);
  if (metric === '' || weight === '' || rest.length > 0 || !Number.isFinite(number) || number <= 0) {
    throw new InvalidArgumentError(
      'Expected a metric, or a metric and a weight above 0, like run-errors or run-errors:2.',
    );
  }
  return [...previous, { metric, weight: number }];
}

export interface GuardOption {
  readonly metric: string;
  readonly weight: number;
}

export function countOption(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.');
  return Number(text);
}

/** Any number above 0. */
export function amountOption(text: string): number {
  const amount = text.trim() === '' ? Number.NaN : Number(text);
  if (!(amount > 0 && Number.isFinite(amount))) throw new InvalidArgumentError('Expected a number above 0.');
  return amount;
}

/** `--harm 2 --harm 10`: how many times as bad, collected over repetitions. */
export function severityOption(text: string, previous: readonly number[] = []): number[] {
  return [...previous, amountOption(text)];
}

/** `errors=0.01`, collected over repetitions. */
export function rateOption(
  text: string,
  previous: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected a guard and what it is in control, like errors=0.01.');
  return { ...previous, [text.slice(0, at)]: amountOption(text.slice(at + 1)) };
}

/** The bound on false kills; the server takes 0.0001 to 0.5. */
export function alphaOption(text: string): number {
  const alpha = Number(text);
  if (!(alpha >= 0.0001 && alpha <= 0.5)) throw new InvalidArgumentError('Expected a number from 0.0001 to 0.5.');
  return alpha;
}

/** `2026-11-21T14:03:00Z`, with any offset, or epoch milliseconds; gives the latter. */
export function instantOption(text: string): number {
  const atMs = /^\d{1,15}$/.test(text) ? Number(text) : RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(atMs)) throw new InvalidArgumentError('Expected an instant, like 2026-11-21T14:03:00Z.');
  return atMs;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export function jsonObjectOption(text: string): Record<string, unknown> {
  const expected = 'Expected a JSON object, like \'{"targetingKey":"u1"}\'.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError(expected);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidArgumentError(expected);
  // A JSON object that is neither null nor an array has text keys and JSON values.
  return value as Record<string, unknown>;
}

/** Collects an option that may be repeated. */
export function repeated(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}
