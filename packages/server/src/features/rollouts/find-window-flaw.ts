import type { RaiseWindow } from '@tidegate/analysis/plans';
import { Cron } from 'croner';

/** What is wrong with a window: a cron expression that cannot be read or never comes, or a time zone that is none. */
export function findWindowFlaw({ cron, timeZone }: RaiseWindow): string | undefined {
  if (!isTimeZone(timeZone)) return `Expected an IANA time zone like Europe/Berlin; came ${timeZone}.`;
  try {
    const next = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' }).nextRun();
    return next === null ? `The cron expression ${cron} never comes.` : undefined;
  } catch {
    return `Expected a cron expression of five fields, like 0 9-16 * * 1-4; came ${cron}.`;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
