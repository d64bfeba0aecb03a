import {
  type FlagDocument,
  type FlagSettings,
  flagPatchSchema,
  flagSettingsSchema,
  flagViewSchema,
  type NewFlag,
  newFlagSchema,
} from '@tidegate/protocol';
import { type DocumentTraits, flagDocumentOf } from '../documents/index.ts';
import { checkFlag, checkFlagUnused, FLAG_PROBLEMS } from './check-flag.ts';
import { createFlag } from './create-flag.ts';

/** What makes a flag different from the other documents. */
export const flagTraits: DocumentTraits<NewFlag, FlagSettings, FlagDocument> = {
  kind: 'flag',
  plural: 'flags',
  schemas: { create: newFlagSchema, settings: flagSettingsSchema, patch: flagPatchSchema, view: flagViewSchema },
  problems: FLAG_PROBLEMS,
  restoreProblems: ['revision-serves-rollout'],
  archiveProblems: ['still-used', 'rule-owned-by-rollout'],
  keyOf: ({ key }) => key,
  documentOf: flagDocumentOf,
  create: createFlag,
  settingsOf: ({ key, kind, salt, createdAtMs, ...settings }) => settings,
  withSettings: ({ key, kind, salt, createdAtMs }, settings) => ({ key, kind, ...settings, salt, createdAtMs }),
  check: checkFlag,
  checkArchive: checkFlagUnused,
};
