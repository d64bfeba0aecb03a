export { type ProvidedClient, type ProviderStartOptions, TidegateProvider } from './tidegate-provider.ts';
