import type { EnvironmentView } from '@tidegate/protocol/types';
import { createContext, useContext, useMemo } from 'react';
import type { Api } from './api.ts';

/** Where the reader is: one environment, and the key that opens it. */
export interface Place {
  readonly api: Api;
  /** `project/environment`. */
  readonly environment: string;
  /** The address of everything in it. */
  readonly base: string;
  /** Whether real users are in it: then it has a colour of its own, and asks once more before a change. */
  readonly isCritical: boolean;
  /** The other environments of its project. */
  readonly siblings: readonly Sibling[];
}

export type Sibling = Pick<EnvironmentView, 'environment' | 'critical'>;

export const PlaceContext = createContext<Place | undefined>(undefined);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === undefined) throw new Error('This part of the page is inside of an environment only.');
  return place;
}

export function placeOf(api: Api, { environment, critical }: Sibling, known: readonly Sibling[]): Place {
  const project = environment.split('/')[0];
  const siblings = known.filter(
    (each) => each.environment !== environment && each.environment.split('/')[0] === project,
  );
  return { api, environment, base: baseOf(environment), isCritical: critical, siblings };
}

/** Where the others are, for what is shown of them without going there. */
export function useSiblings(): readonly Place[] {
  const { api, siblings } = usePlace();
  return useMemo(() => siblings.map((sibling) => placeOf(api, sibling, [])), [api, siblings]);
}

export function baseOf(environment: string): string {
  const [project = '', key = ''] = environment.split('/');
  return `/api/v1/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(key)}`;
}
