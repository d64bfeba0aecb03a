export { checkCondition, checkSegmentKnown, leavesOf } from './check-condition.ts';
export { segmentOf } from './segment-of.ts';
export { segmentRoutes } from './segment-routes.ts';
