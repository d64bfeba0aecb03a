import { isDeepStrictEqual } from 'node:util';
import type { AdapterSettings } from '@tidegate/protocol';

/** How an adapter is asked and by whom: all else says what is reached, and what is set there. */
const MANNER: readonly string[] = ['description', 'timeoutMs', 'checkMs', 'onDrift', 'secret'];

/** Whether other settings of an adapter reach another place, so that nobody would look after the one before. */
export function leadsElsewhere(before: AdapterSettings, after: AdapterSettings): boolean {
  return !isDeepStrictEqual(placeOf(before), placeOf(after));
}

function placeOf(settings: AdapterSettings): object {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !MANNER.includes(name)));
}
