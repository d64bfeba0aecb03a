import {
  type NewSegment,
  newSegmentSchema,
  SEGMENT_BYTES_MAX,
  type SegmentDocument,
  type SegmentSettings,
  segmentPatchSchema,
  segmentSettingsSchema,
  segmentViewSchema,
} from '@tidegate/protocol';
import type { Route } from '../../http/route.ts';
import { type DocumentDeps, type DocumentTraits, documentRoutes, segmentDocumentOf } from '../documents/index.ts';
import { checkSegment, checkSegmentUnused } from './check-segment.ts';
import { membersRoute } from './members-route.ts';

const segmentTraits: DocumentTraits<NewSegment, SegmentSettings, SegmentDocument> = {
  kind: 'segment',
  plural: 'segments',
  schemas: {
    create: newSegmentSchema,
    settings: segmentSettingsSchema,
    patch: segmentPatchSchema,
    view: segmentViewSchema,
  },
  problems: ['unknown-segment', 'invalid-condition-value', 'cyclic-segment', 'unevaluable'],
  restoreProblems: [],
  archiveProblems: ['still-used'],
  bodyBytesMax: SEGMENT_BYTES_MAX,
  keyOf: ({ key }) => key,
  documentOf: segmentDocumentOf,
  create: (body, { createdAtMs }) => ({ ...body, createdAtMs }),
  settingsOf: ({ key, createdAtMs, ...settings }) => settings,
  withSettings: ({ key, createdAtMs }, settings) => ({ key, ...settings, createdAtMs }),
  check: checkSegment,
  checkArchive: checkSegmentUnused,
};

export function segmentRoutes(deps: DocumentDeps): Route[] {
  return [...documentRoutes(segmentTraits, deps), membersRoute(deps)];
}
