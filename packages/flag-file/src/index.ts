export { constantFlag } from './constant-flag.ts';
export { documentsOf, flagOf, segmentOf } from './documents-of.ts';
export type { FlagDefinition, FlagFile, SegmentDefinition } from './flag-file.ts';
export { parseFlagFile } from './parse-flag-file.ts';
