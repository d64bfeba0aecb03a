import type { Route } from '../../http/route.ts';
import { type DocumentDeps, documentRoutes } from '../documents/index.ts';
import { explainRoute } from './explain-route.ts';
import { flagTraits } from './flag-traits.ts';
import { layersRoute } from './layers-route.ts';
import { toggleRoute } from './toggle-route.ts';

export function flagRoutes(deps: DocumentDeps): Route[] {
  return [...documentRoutes(flagTraits, deps), toggleRoute(deps), explainRoute(deps), layersRoute(deps)];
}
