export { contextOf } from './context-of.ts';
export { type ProviderEvent, ProviderLink } from './provider-link.ts';
export { resolutionOf } from './resolution-of.ts';
