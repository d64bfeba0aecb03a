import type { Route } from '../../http/route.ts';
import { type DocumentDeps, documentRoutes } from '../documents/index.ts';
import { explainRoute } from './explain-route.ts';
import { flagTraits } from './flag-traits.ts';
import { toggleRoute } from './toggle-route.ts';

export function flagRoutes(deps: DocumentDeps): Route[] {
  return [...documentRoutes(flagTraits, deps), toggleRoute(deps), explainRoute(deps)];
}
