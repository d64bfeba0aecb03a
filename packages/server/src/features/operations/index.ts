export { operationRoutes } from './operation-routes.ts';
export { createServerMetrics } from './server-metrics.ts';
export { trafficRoutes } from './traffic-routes.ts';
