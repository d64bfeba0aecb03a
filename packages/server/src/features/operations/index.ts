export { operationRoutes } from './operation-routes.ts';
export { createRolloutMetrics } from './rollout-metrics.ts';
export { createServerMetrics } from './server-metrics.ts';
export { trafficRoutes } from './traffic-routes.ts';
