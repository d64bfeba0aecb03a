export { type ProviderRouteDeps, providerRoutes } from './provider-routes.ts';
