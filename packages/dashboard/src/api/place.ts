import { createContext, useContext } from 'react';
import type { Api } from './api.ts';

/** Where the reader is: one environment, and the key that opens it. */
export interface Place {
  readonly api: Api;
  /** `project/environment`. */
  readonly environment: string;
  /** The address of everything in it. */
  readonly base: string;
  readonly isProduction: boolean;
}

export const PlaceContext = createContext<Place | undefined>(undefined);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === undefined) throw new Error('This part of the page is inside of an environment only.');
  return place;
}

export function placeOf(api: Api, environment: string): Place {
  const [project = '', key = ''] = environment.split('/');
  const base = `/api/v1/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(key)}`;
  return { api, environment, base, isProduction: isProduction(environment) };
}

/** By its name, as nothing else says so: `production`, `prod-eu`, `live`. Colour and confirmations hang on it. */
export function isProduction(environment: string): boolean {
  const key = environment.split('/').at(-1) ?? '';
  return /(^|[-_.])(prod|production|live)($|[-_.\d])/i.test(key);
}
