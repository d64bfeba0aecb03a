export { flagDocumentOf } from '../documents/index.ts';
export { checkServes } from './check-flag.ts';
export { flagOf } from './flag-of.ts';
export { flagRoutes } from './flag-routes.ts';
export { checkPatchShape, prepareFlagPatch } from './patch-flag.ts';
export { serveOf, withServe } from './serve-of.ts';
