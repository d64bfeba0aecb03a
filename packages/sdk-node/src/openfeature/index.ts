export { type ProvidedClient, type ProviderWaitOptions, TidegateProvider } from './tidegate-provider.ts';
