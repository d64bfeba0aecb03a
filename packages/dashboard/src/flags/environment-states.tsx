import type { ReactNode } from 'react';
import { type Place, useSiblings } from '../api/place.ts';
import { useFlagElsewhere } from '../api/use-flag-elsewhere.ts';

/** As often as a list is looked at; one small answer for each row in sight and environment. */
const EVERY_MS = 60_000;
/** More have no room in a row; the page of the flag has them all. */
const SHOWN_MAX = 4;

/** Whether the flag is on in the project's other environments. */
export function EnvironmentStates({ flagKey }: { readonly flagKey: string }): ReactNode {
  const places = useSiblings();
  if (places.length === 0) return null;
  return (
    <span className="elsewhere-states faint one-line">
      {places.slice(0, SHOWN_MAX).map((place) => (
        <State key={place.environment} place={place} flagKey={flagKey} />
      ))}
    </span>
  );
}

function State({ place, flagKey }: { readonly place: Place; readonly flagKey: string }): ReactNode {
  const flag = useFlagElsewhere(place, flagKey, { everyMs: EVERY_MS });
  if (flag.data === undefined) return null;
  const state = flag.data === null ? 'none' : flag.data.enabled ? 'on' : 'off';
  return (
    <span className={state === 'on' ? 'good' : ''}>
      {place.environment.split('/')[1]} {state}
    </span>
  );
}
