export { adapterRoutes } from './adapter-routes.ts';
export { findTrafficRefusals, readRolloutTraffic } from './rollout-traffic.ts';
export { TrafficKeeper } from './traffic-keeper.ts';
