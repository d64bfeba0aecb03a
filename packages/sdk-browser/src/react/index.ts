'use client';

export type { Register } from './register.ts';
export { TidegateProvider, type TidegateProviderProps } from './tidegate-provider.ts';
export { TidegateTestProvider, type TidegateTestProviderProps } from './tidegate-test-provider.ts';
export { useClient, useTrack } from './use-client.ts';
export { useFlag, useFlagDetails, useFlagSuspense } from './use-flag.ts';
