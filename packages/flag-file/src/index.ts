export { wholeCondition } from './conditions.ts';
export { constantFlag } from './constant-flag.ts';
export { flagDefinitionOf, segmentDefinitionOf } from './definition-of.ts';
export { documentsAt, revisionAt } from './documents-at.ts';
export { documentsOf, flagOf, segmentOf } from './documents-of.ts';
export type {
  FileChange,
  FlagDefinition,
  FlagFile,
  SegmentDefinition,
  WholeFlag,
  WholeSegment,
} from './flag-file.ts';
export { type FileContent, flagFileOf } from './flag-file-of.ts';
export type { FileFlaw, FilePath } from './flaws/file-flaw.ts';
export { findFlaws } from './flaws/find-flaws.ts';
export { parseFlagFile, withoutByteOrderMark } from './parse-flag-file.ts';
export { sameJson } from './same-json.ts';
