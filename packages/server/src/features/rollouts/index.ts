export { RolloutController } from './rollout-controller.ts';
export { rolloutRoutes } from './rollout-routes.ts';
