export { countEvaluations } from './count-evaluations.ts';
export { type OpenUsage, openUsage } from './open-usage.ts';
export { usageRoutes } from './usage-routes.ts';
