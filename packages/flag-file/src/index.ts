export { documentsOf, flagOf, segmentOf } from './documents-of.ts';
export type { FlagDefinition, FlagFile, SegmentDefinition } from './flag-file.ts';
