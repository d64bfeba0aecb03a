/**
 * People type and read percents, programs hold parts per million. One ppm is 0.0001 %, so four decimals say
 * everything, and whole digits are moved about, never multiplied: 0.07 % is 700 ppm and not 700.0000000000001.
 */
const PERCENT = /^(\d{1,3})(?:\.(\d{1,4}))?%?$/;
const PPM_PER_PERCENT = 10_000;
const PPM_MAX = 1_000_000;

/** `2.5%` or `2.5` as 25 000 ppm; undefined when it is no percent from 0 to 100 with four decimals or less. */
export function parsePercent(text: string): number | undefined {
  const [, whole, decimals = ''] = PERCENT.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const ppm = Number(whole) * PPM_PER_PERCENT + Number(decimals.padEnd(4, '0'));
  return ppm <= PPM_MAX ? ppm : undefined;
}

/** 25 000 ppm as `2.5%`. Exact. */
export function formatPercent(ppm: number): string {
  const whole = Math.trunc(ppm / PPM_PER_PERCENT);
  const decimals = String(ppm % PPM_PER_PERCENT)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return decimals === '' ? `${whole}%` : `${whole}.${decimals}%`;
}
