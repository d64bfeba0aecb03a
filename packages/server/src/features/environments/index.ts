export { environmentRoutes } from './environment-routes.ts';
export { type FirstKeys, type SetUpDeps, setUpFirstEnvironment } from './set-up-first-environment.ts';
