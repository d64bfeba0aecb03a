import type { Imported } from '../import-report.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { type FlagDraft, settleDrafts } from '../settle-drafts.ts';
import { variationKeys } from '../variation-keys.ts';
import { flagDraft, type Surroundings } from './flag-draft.ts';
import { isDeleted, type LaunchDarklyFlag, readFlag, readLaunchDarklyFile, readSegment } from './launchdarkly-file.ts';
import { segmentDefinition } from './segment-definition.ts';

/**
 * The flags and segments of one environment of LaunchDarkly, from what its server SDKs read. What LaunchDarkly answers
 * with an error for some contexts is refused, whether or not it would come to that.
 *
 * @throws UnreadableFile for what is no such file.
 */
export function importLaunchDarkly(json: unknown): Imported {
  const file = readLaunchDarklyFile(json);
  const [deleted, present] = partition([...file.flags], ([, document]) => isDeleted(document));
  const flags = new Map(present.map(([key, document]) => [key, orRefusal(() => readFlag(key, document))]));
  const segments = [...file.segments].filter(([, document]) => !isDeleted(document));
  const surroundings = surroundingsOf(flags, new Set(segments.map(([key]) => key)));
  const { file: settled, report } = settleDrafts({
    flags: new Map([...flags].map(([key, flag]) => [key, draftOf(flag, surroundings)])),
    segments: new Map(
      segments.map(([key, document]) => [
        key,
        orRefusal(() => segmentDefinition(readSegment(key, document), surroundings.isSegment)),
      ]),
    ),
  });
  const reports = deleted.map(([key]) => [key, { status: 'refused', reasons: [DELETED] }] as const);
  return { file: settled, report: { flags: { ...report.flags, ...Object.fromEntries(reports) } } };
}

const DELETED = 'It is deleted: there, too, everybody has the default of the caller.';

function partition<T>(list: readonly T[], isFirst: (element: T) => boolean): readonly [T[], T[]] {
  return [list.filter(isFirst), list.filter((element) => !isFirst(element))];
}

function draftOf(flag: LaunchDarklyFlag | Refusal, surroundings: Surroundings): FlagDraft | Refusal {
  return flag instanceof Refusal ? flag : orRefusal(() => flagDraft(flag, surroundings));
}

function surroundingsOf(
  flags: ReadonlyMap<string, LaunchDarklyFlag | Refusal>,
  segmentKeys: ReadonlySet<string>,
): Surroundings {
  return {
    isSegment: (key) => segmentKeys.has(key),
    variationKeyOf: (flagKey, index) => {
      const flag = flags.get(flagKey);
      // Who depends on a refused flag is refused with it, whatever the variation is called.
      if (flag instanceof Refusal) return `v${index}`;
      return flag && variationKeys(flag.variations)[index];
    },
  };
}
