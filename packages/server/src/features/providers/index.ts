export { authHeaders } from './contract/auth-headers.ts';
export { Measurements } from './measurements/measurements.ts';
export { type ProviderRouteDeps, providerRoutes } from './provider-routes.ts';
