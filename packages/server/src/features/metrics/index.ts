export { BUILT_IN_METRICS } from './built-in-metrics.ts';
export { metricOf } from './metric-of.ts';
export { metricRoutes } from './metric-routes.ts';
