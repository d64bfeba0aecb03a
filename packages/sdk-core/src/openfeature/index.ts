export { contextOf } from './context-of.ts';
export { type LinkedClient, type ProviderEvent, ProviderLink, type Start } from './provider-link.ts';
export { type FlagMetadata, type Resolution, resolutionOf } from './resolution-of.ts';
