import { type Flag, flagsOf, segmentsOfSegment } from '@tidegate/evaluation';
import {
  type FlagDefinition,
  type FlagFile,
  flagDefinitionOf,
  flagOf,
  type SegmentDefinition,
  sameJson,
  segmentDefinitionOf,
  segmentOf,
} from '@tidegate/flag-file';
import type { DocumentsAtRevision, FlagView, SegmentView } from '@tidegate/protocol';
import type { DocumentName } from '../api/tidegate-api.ts';
import { keepAskedVariations } from './keep-asked-variations.ts';
import { leaveRolloutsAlone, type RunningRollout, refuseRollouts } from './leave-rollouts-alone.ts';
import { mergePatchBetween } from './merge-patch-between.ts';
import { byKey, orderByReferences } from './order-by-references.ts';
import type { JsonObject, Plan, Remark, Setting, Step } from './plan.ts';
import { NO_ARCHIVALS, planArchivals, unlistedIn } from './plan-archivals.ts';

export interface PlanInput {
  readonly environment: string;
  /** As the schema gives it, with its defaults. */
  readonly file: FlagFile;
  readonly documents: DocumentsAtRevision;
  /** Those that the file has and the server keeps as archived. */
  readonly archived: { readonly flags: readonly FlagView[]; readonly segments: readonly SegmentView[] };
  readonly rollouts: readonly RunningRollout[];
  /** Whether what the file does not have is archived. */
  readonly prune: boolean;
}

/** Decides what to write, and writes nothing. */
export function planChanges(input: PlanInput): Plan {
  const { environment, file, documents, prune } = input;
  const segments = planSegments(input);
  const flags = planFlags(input);
  const { widened, narrowings } = keepAskedVariations(
    flags.flatMap(({ steps }) => steps),
    documents.flags,
  );
  const { unlisted, ...archivals } = prune ? planArchivals(input) : { ...NO_ARCHIVALS, unlisted: unlistedIn(input) };
  const parts = [...segments, ...flags];
  return {
    environment,
    revision: documents.revision,
    ...(file.environment === environment && file.revision !== undefined && { pulledRevision: file.revision }),
    ...(file.environment !== undefined && file.environment !== environment && { pulledFrom: file.environment }),
    steps: [
      ...segments.flatMap(({ steps }) => steps),
      ...widened,
      ...archivals.flags,
      ...narrowings,
      ...archivals.segments,
    ],
    unlisted,
    leftAlone: [...parts.flatMap(({ leftAlone }) => leftAlone), ...archivals.leftAlone],
    obstacles: parts.flatMap(({ obstacles }) => obstacles),
  };
}

/** Whether the environment is as the file says, but for what nobody may write. */
export function isSame({ steps, unlisted, obstacles }: Plan): boolean {
  return steps.length + unlisted.length + obstacles.length === 0;
}

/** What is planned of one document. */
interface DocumentPlan {
  readonly steps: readonly Step[];
  readonly leftAlone: readonly Remark[];
  readonly obstacles: readonly Remark[];
}

/** Each after those that it names; what it named before and names no more cannot close a circle then. */
function planSegments(input: PlanInput): readonly DocumentPlan[] {
  const { segments: definitions = {} } = input.file;
  const targets = Object.entries(definitions).map(([key, one]) => segmentOf(key, one, 0));
  const keys = orderByReferences(targets, segmentsOfSegment);
  const stored = byKey([...input.documents.segments, ...input.archived.segments]);
  return keys.map((key) => planSegment(key, definitions[key] ?? {}, stored.get(key)));
}

function planSegment(key: string, definition: SegmentDefinition, document: SegmentView | undefined): DocumentPlan {
  const name = { kind: 'segment', key } as const;
  const target = { ...definition, ...segmentOf(key, definition, 0) };
  if (document === undefined) {
    return planned([{ ...name, action: 'create', document: jsonOf({ key, ...segmentDefinitionOf(target) }) }]);
  }
  const { key: _key, revision, ...settings } = target;
  return planUpdate({ name, document, target: jsonOf(settings) });
}

function planFlags(input: PlanInput): readonly DocumentPlan[] {
  const { flags: definitions } = input.file;
  const targets = Object.entries(definitions).map(([key, one]) => flagOf(key, one, 0));
  const keys = orderByReferences(targets, flagsOf);
  const stored = byKey([...input.documents.flags, ...input.archived.flags]);
  return keys.map((key) =>
    planFlag(key, definitions[key] ?? {}, { document: stored.get(key), rollouts: input.rollouts }),
  );
}

function planFlag(
  key: string,
  definition: FlagDefinition,
  { document, rollouts }: { readonly document: FlagView | undefined; readonly rollouts: PlanInput['rollouts'] },
): DocumentPlan {
  const name = { kind: 'flag', key } as const;
  const target = flagOf(key, definition, 0);
  if (document === undefined) {
    // The salt of a file that names none is the key, there as here: so a file means the same wherever it is.
    const created = jsonOf({ key, ...flagDefinitionOf({ ...definition, ...target }), salt: target.salt });
    return { ...planned([{ ...name, action: 'create', document: created }]), obstacles: refuseRollouts(target) };
  }
  if (document.kind !== target.kind) {
    const detail = `it is of kind ${document.kind} on the server, and keeps it: archive it and choose another key`;
    return { ...planned([]), obstacles: [{ ...name, path: ['kind'], detail }] };
  }
  const allowed = leaveRolloutsAlone({ target, document, rollouts });
  const { steps, obstacles } = planUpdate({ name, document, target: flagSettings(definition, allowed.flag) });
  const leftAlone = [...allowed.leftAlone, ...remarkSalt(definition, document)];
  return { steps, leftAlone, obstacles: [...allowed.obstacles, ...obstacles] };
}

function remarkSalt({ salt }: FlagDefinition, document: FlagView): readonly Remark[] {
  if (salt === undefined || salt === document.salt) return [];
  const detail = 'the server has another one and keeps it: units stay in its buckets, not in those of the file';
  return [{ kind: 'flag', key: document.key, path: ['salt'], detail }];
}

interface Update {
  readonly name: DocumentName;
  readonly document: FlagView | SegmentView;
  readonly target: JsonObject;
}

function planUpdate({ name, document, target }: Update): DocumentPlan {
  const { revision, archived } = document;
  const from = settingsOf(document);
  const settings = settingsBetween(from, target);
  if (settings.length === 0 && !archived) return planned([]);
  const patch = mergePatchBetween(from, target);
  if (patch === undefined) {
    const detail = 'a merge patch cannot set a member inside an object to null: make the change by hand';
    const unspeakable = settings.filter(
      (setting) => mergePatchBetween(sideOf(setting, 'from'), sideOf(setting, 'to')) === undefined,
    );
    return { ...planned([]), obstacles: unspeakable.map((setting) => ({ ...name, path: [setting.name], detail })) };
  }
  return planned([{ ...name, action: archived ? 'restore' : 'update', revision, patch, settings }]);
}

/** A document that has this setting, as it was or is to be, and no other. */
function sideOf(setting: Setting, side: 'from' | 'to'): JsonObject {
  const value = setting[side];
  return value === undefined ? {} : { [setting.name]: value };
}

function planned(steps: readonly Step[]): DocumentPlan {
  return { steps, leftAlone: [], obstacles: [] };
}

function settingsBetween(from: JsonObject, to: JsonObject): readonly Setting[] {
  const names = new Set([...Object.keys(to), ...Object.keys(from)]);
  return [...names]
    .map((name) => ({ name, from: from[name], to: to[name] }))
    .filter((setting) => !sameJson(setting.from, setting.to));
}

/** All that a patch can change of a document. */
function settingsOf(document: FlagView | SegmentView): JsonObject {
  const { key, createdAtMs, updatedAtMs, revision, archived, ...others } = document;
  if (!('salt' in others)) return jsonOf(others);
  const { kind, salt, ...settings } = others;
  return jsonOf(settings);
}

function flagSettings(definition: FlagDefinition, target: Flag): JsonObject {
  const { kind, salt, ...said } = definition;
  const { key: _key, kind: _kind, salt: _salt, revision: _revision, ...served } = target;
  return jsonOf({ ...said, ...served });
}

/** Definitions and documents are JSON, which their interfaces do not say. */
function jsonOf(document: object): JsonObject {
  return document as JsonObject;
}
