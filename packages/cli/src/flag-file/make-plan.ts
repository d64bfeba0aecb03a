import { type FlagFile, findFlaws, flagDefinitionOf, segmentDefinitionOf } from '@tidegate/flag-file';
import type { DocumentsAtRevision, FlagView, SegmentView } from '@tidegate/protocol';
import type { DocumentName, TidegateApi } from '../api/tidegate-api.ts';
import { findValueFlaws } from './check-value-schemas.ts';
import type { Plan, Remark } from './plan.ts';
import { planChanges } from './plan-changes.ts';

/** Reads what there is, at one revision, and plans what would make it as the file says. */
export async function makePlan(api: TidegateApi, file: FlagFile, options: { readonly prune: boolean }): Promise<Plan> {
  const documents = await api.readDocuments();
  const rollouts = await api.listRollouts({ activeOnly: true });
  const archived = await readArchived(api, newIn(file, documents));
  const plan = planChanges({ environment: api.environment, file, documents, archived, rollouts, ...options });
  return { ...plan, obstacles: [...plan.obstacles, ...(await findObstacles(file, documents, options))] };
}

/** What is not in use under the name of a new document may be there all the same, archived. */
async function readArchived(api: TidegateApi, names: readonly DocumentName[]) {
  const flags: FlagView[] = [];
  const segments: SegmentView[] = [];
  for (const name of names) {
    const document = await api.findDocument(name);
    if (document === undefined) continue;
    if ('salt' in document) flags.push(document);
    else segments.push(document);
  }
  return { flags, segments };
}

function newIn({ flags, segments = {} }: FlagFile, documents: DocumentsAtRevision): readonly DocumentName[] {
  const known = { flag: keysOf(documents.flags), segment: keysOf(documents.segments) };
  return [
    ...Object.keys(flags).map((key) => ({ kind: 'flag', key }) as const),
    ...Object.keys(segments).map((key) => ({ kind: 'segment', key }) as const),
  ].filter(({ kind, key }) => !known[kind].has(key));
}

function keysOf(documents: readonly { readonly key: string }[]): ReadonlySet<string> {
  return new Set(documents.map(({ key }) => key));
}

/**
 * What the server would refuse, found before anything is written: with what stays there that the file does not have, which
 * the file may name as well.
 */
async function findObstacles(
  file: FlagFile,
  documents: DocumentsAtRevision,
  { prune }: { readonly prune: boolean },
): Promise<readonly Remark[]> {
  const stays = prune ? { flags: {}, segments: {} } : definitionsOf(documents);
  const whole = {
    // First those of the file: what is said of several is said of the first.
    flags: { ...file.flags, ...stays.flags, ...file.flags },
    segments: { ...file.segments, ...stays.segments, ...file.segments },
  };
  const flaws = [...findFlaws(whole), ...(await findValueFlaws(file))];
  return flaws.flatMap(({ path, detail }) => {
    const [member, key, ...rest] = path;
    const kind = member === 'flags' ? ('flag' as const) : ('segment' as const);
    const isOfFile = Object.hasOwn(file[`${kind}s`] ?? {}, String(key));
    return isOfFile ? [{ kind, key: String(key), path: rest, detail }] : [];
  });
}

function definitionsOf({ flags, segments }: DocumentsAtRevision) {
  return {
    flags: Object.fromEntries(flags.map((flag) => [flag.key, flagDefinitionOf(flag)])),
    segments: Object.fromEntries(segments.map((segment) => [segment.key, segmentDefinitionOf(segment)])),
  };
}
