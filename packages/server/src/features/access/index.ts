export { createKey } from './create-key.ts';
export { keyRoutes } from './key-routes.ts';
