import type { ReactNode } from 'react';
import { type Place, PlaceContext, useSiblings } from '../api/place.ts';
import { useFlagElsewhere } from '../api/use-flag-elsewhere.ts';
import { Badge } from '../parts/badge.tsx';
import { Waiting } from '../parts/loading.tsx';
import { addressOf } from '../routing/route.ts';
import { describeServed } from '../text/describe-flag.ts';
import { FlagSwitch } from './flag-switch.tsx';

const EVERY_MS = 10_000;

/** The flag of the same key in the project's other environments, each with its switch: no need to go there. */
export function OtherEnvironments({ flagKey }: { readonly flagKey: string }): ReactNode {
  const places = useSiblings();
  if (places.length === 0) return null;
  return (
    <section className="card stack" aria-labelledby="elsewhere-title">
      <h2 id="elsewhere-title">In the other environments</h2>
      {places.map((place) => (
        <PlaceContext key={place.environment} value={place}>
          <Elsewhere place={place} flagKey={flagKey} />
        </PlaceContext>
      ))}
    </section>
  );
}

function Elsewhere({ place, flagKey }: { readonly place: Place; readonly flagKey: string }): ReactNode {
  const flag = useFlagElsewhere(place, flagKey, { everyMs: EVERY_MS });
  return (
    <div className="row elsewhere">
      <span className="title">
        <span className="row">
          <a href={addressOf(place.environment, 'flags', flagKey)}>{place.environment}</a>
          {place.isCritical && <Badge tone="bad">critical</Badge>}
        </span>
        {flag.data && <span className="faint">serves {describeServed(flag.data)}</span>}
      </span>
      <span className="bar-space" />
      <Waiting of={flag} what="flag" />
      {flag.data === null && <span className="faint">There is none.</span>}
      {flag.data && <FlagSwitch flag={flag.data} />}
    </div>
  );
}
