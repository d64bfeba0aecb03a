export { checkCondition, segmentsIn } from './check-condition.ts';
export { segmentOf } from './segment-of.ts';
export { segmentRoutes } from './segment-routes.ts';
