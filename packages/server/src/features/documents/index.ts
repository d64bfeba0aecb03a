export { readCurrentFlags, readCurrentSegments, readSegmentKeys } from './current-documents.ts';
export { patchedDocument, preparePatch } from './document-changes.ts';
export {
  type DocumentDeps,
  documentParams,
  documentRoutes,
} from './document-routes.ts';
export type { Candidate, DocumentTraits } from './document-traits.ts';
export { changeViewOf } from './history.ts';
export { changeInto, getCurrent, getForChange, type Preparation, saveChecked, saveIfChanged } from './save-document.ts';
export { flagDocumentOf, metricDocumentOf, segmentDocumentOf } from './stored-documents.ts';
export { unevaluable } from './unevaluable.ts';
export { viewOf } from './view-of.ts';
export { keysLeadingTo, walkReferences } from './walk-references.ts';
