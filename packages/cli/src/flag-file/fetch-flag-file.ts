import {
  type FileChange,
  type FlagFile,
  flagDefinitionOf,
  flagFileOf,
  segmentDefinitionOf,
  type WholeFlag,
  type WholeSegment,
} from '@tidegate/flag-file';
import type { ChangeWithDocument } from '@tidegate/protocol';
import type { TidegateApi } from '../api/tidegate-api.ts';
import { ConnectionError } from '../errors.ts';

/** The environment as it is at one revision, as a file. */
export async function fetchFlagFile(api: TidegateApi, options: { readonly withHistory: boolean }): Promise<FlagFile> {
  const { revision, flags, segments } = await api.readDocuments();
  const history = options.withHistory ? { history: historyOf(await api.listChanges(), revision) } : {};
  return flagFileOf({ environment: api.environment, revision, flags, segments, ...history });
}

/** Changes of flags and segments up to a revision; what was changed since is not in the file either. */
function historyOf(changes: readonly ChangeWithDocument[], revision: number): FileChange[] {
  return changes.filter((change) => change.revision <= revision).flatMap(fileChangesOf);
}

function fileChangesOf({ document, archived, kind, ...change }: ChangeWithDocument): FileChange[] {
  if (kind === 'metric') return [];
  if (document === undefined) throw new ConnectionError('The server keeps its history to itself: is it an older one?');
  const { revision, key, action, actor, reason, atMs } = change;
  const made = { action, actor, reason, atMs };
  // The server wrote what it calls a flag, or a segment.
  if (kind === 'flag') {
    const definition = archived ? null : flagDefinitionOf(document as unknown as WholeFlag);
    return [{ revision, kind, key, ...made, definition }];
  }
  const definition = archived ? null : segmentDefinitionOf(document as unknown as WholeSegment);
  return [{ revision, kind, key, ...made, definition }];
}
