import { createContext, useContext } from 'react';
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
}

export const PlaceContext = createContext<Place | undefined>(undefined);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === undefined) throw new Error('This part of the page is inside of an environment only.');
  return place;
}

export function placeOf(api: Api, environment: string, isCritical: boolean): Place {
  return { api, environment, base: baseOf(environment), isCritical };
}

export function baseOf(environment: string): string {
  const [project = '', key = ''] = environment.split('/');
  return `/api/v1/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(key)}`;
}
