export { findGuardRefusals, type GuardCheckDeps } from './find-guard-refusals.ts';
export { Measurements } from './measurements/measurements.ts';
export { viewMeasurements } from './measurements/view-measurements.ts';
export { type ProviderRouteDeps, providerRoutes } from './provider-routes.ts';
