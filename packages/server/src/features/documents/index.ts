export { type CurrentDocuments, readCurrentDocuments } from './current-documents.ts';
export { patchedDocument, preparePatch } from './document-changes.ts';
export {
  type DocumentDeps,
  documentParams,
  documentRoutes,
} from './document-routes.ts';
export type { Candidate, DocumentTraits } from './document-traits.ts';
export { changeViewOf } from './history.ts';
export { getCurrent, getForChange, type Preparation, saveChecked, saveIfChanged } from './save-document.ts';
export { flagDocumentOf, metricDocumentOf, segmentDocumentOf } from './stored-documents.ts';
export { viewOf } from './view-of.ts';
export { walkReferences } from './walk-references.ts';
