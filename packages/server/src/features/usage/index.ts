export { type OpenUsage, openUsage } from './open-usage.ts';
export { usageRoutes } from './usage-routes.ts';
