import type { DocumentRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf, type Preparation, patchedDocument, preparePatch } from '../documents/index.ts';
import { flagTraits } from './flag-traits.ts';

/** What a merge patch makes of a flag, after every check of a PATCH; throws what a PATCH is refused with. */
export function prepareFlagPatch(
  storage: Storage,
  target: { readonly current: DocumentRow; readonly patch: unknown; readonly action: string },
): Promise<Preparation> {
  return preparePatch(flagTraits, storage, target);
}

/** Throws `invalid-request` when the patch does not lead to the shape of a flag, whatever its environment holds. */
export function checkPatchShape(current: DocumentRow, patch: unknown): void {
  patchedDocument(flagTraits, flagDocumentOf(current), patch);
}
