export {
  type ProvidedClient,
  type ProvidedClientOptions,
  type ProviderWaitOptions,
  TidegateProvider,
} from './tidegate-provider.ts';
