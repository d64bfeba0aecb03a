import {
  findFlagFlaw,
  findSegmentFlaw,
  flagsOf,
  REFERENCE_DEPTH_MAX,
  REFERENCE_VISITS_MAX,
  segmentsOf,
  segmentsOfSegment,
} from '@tidegate/evaluation';
import { type FlagDefinition, flagOf, type SegmentDefinition, segmentOf } from '@tidegate/flag-file';
import type { Imported, ImportedFlag } from './import-report.ts';
import { keyReasons } from './key-reasons.ts';
import { Refusal } from './refusal.ts';

/** What became of each flag and segment by itself, before anybody asked what it refers to. */
export interface Drafts {
  readonly flags: ReadonlyMap<string, FlagDraft | Refusal>;
  readonly segments: ReadonlyMap<string, SegmentDefinition | Refusal>;
}

export interface FlagDraft {
  readonly definition: FlagDefinition;
  /** What the reader of the report should know, as sentences. */
  readonly notes: readonly string[];
  /** Flags that it is refused with, though its definition does not name them. */
  readonly dependsOn?: readonly string[];
}

/**
 * The file and the report. A flag is refused with what it refers to, and so is one whose references lead in a circle or
 * further than an evaluation goes: vendors answer these with an error, and Tidegate with the off variation.
 */
export function settleDrafts(drafts: Drafts): Imported {
  const documents = new Map<string, Document>([
    ...[...drafts.flags].map(([key, draft]) => [flagName(key), flagDocument(key, draft)] as const),
    ...[...drafts.segments].map(([key, draft]) => [segmentName(key), segmentDocument(key, draft)] as const),
  ]);
  const refusals = spreadRefusals(documents);
  const reports: [string, ImportedFlag][] = [];
  const flags: [string, FlagDefinition][] = [];
  for (const [key, draft] of drafts.flags) {
    const reason = refusals.get(flagName(key));
    if (reason !== undefined) reports.push([key, { status: 'refused', reasons: [reason] }]);
    if (reason !== undefined || draft instanceof Refusal) continue;
    reports.push([key, { status: 'exact', reasons: [...keyReasons(key), ...draft.notes] }]);
    flags.push([key, draft.definition]);
  }
  const segments = [...drafts.segments].flatMap(([key, draft]) =>
    draft instanceof Refusal || refusals.has(segmentName(key)) ? [] : [[key, draft] as const],
  );
  return {
    file: { flags: Object.fromEntries(flags), segments: Object.fromEntries(segments) },
    report: { flags: Object.fromEntries(reports) },
  };
}

/** A flag or segment as far as others depend on it. */
interface Document {
  /** As reasons call it: `the flag "x"`. */
  readonly name: string;
  readonly refusal: string | undefined;
  /** The names of what it refers to, once per mention. */
  readonly references: readonly string[];
}

function flagName(key: string): string {
  return `the flag ${JSON.stringify(key)}`;
}

function segmentName(key: string): string {
  return `the segment ${JSON.stringify(key)}`;
}

function flagDocument(key: string, draft: FlagDraft | Refusal): Document {
  const name = flagName(key);
  if (draft instanceof Refusal) return { name, refusal: draft.message, references: [] };
  const flag = flagOf(key, draft.definition, 1);
  const flaw = findFlagFlaw(flag);
  if (flaw !== undefined) return { name, refusal: flawReason(flaw), references: [] };
  const flagKeys = [...flagsOf(flag), ...(draft.dependsOn ?? [])];
  const references = [...flagKeys.map(flagName), ...segmentsOf(flag).map(segmentName)];
  return { name, refusal: undefined, references };
}

function segmentDocument(key: string, draft: SegmentDefinition | Refusal): Document {
  const name = segmentName(key);
  if (draft instanceof Refusal) return { name, refusal: draft.message, references: [] };
  const segment = segmentOf(key, draft, 1);
  const flaw = findSegmentFlaw(segment);
  if (flaw !== undefined) return { name, refusal: flawReason(flaw), references: [] };
  return { name, refusal: undefined, references: segmentsOfSegment(segment).map(segmentName) };
}

function flawReason(flaw: string): string {
  return `Tidegate cannot evaluate it: ${flaw.replace(/^\./, '')}.`;
}

/** Why documents are refused, by their names: for themselves, or with what they refer to. */
function spreadRefusals(documents: ReadonlyMap<string, Document>): ReadonlyMap<string, string> {
  const refusals = new Map<string, string>();
  for (const document of documents.values()) {
    const refusal = document.refusal ?? findUnbounded(document, documents);
    if (refusal !== undefined) refusals.set(document.name, refusal);
  }
  // Each round refuses at least one more, so there are no more rounds than documents.
  for (let isSettled = false; !isSettled; ) {
    isSettled = true;
    for (const { name, references } of documents.values()) {
      const refused = refusals.has(name) ? undefined : references.find((reference) => refusals.has(reference));
      if (refused === undefined) continue;
      refusals.set(name, `It depends on ${refused}, which is refused: ${refusals.get(refused)}`);
      isSettled = false;
    }
  }
  return refusals;
}

function findUnbounded({ name, references }: Document, documents: ReadonlyMap<string, Document>): string | undefined {
  const left = references.map((reference) => ({ reference, depth: 1 }));
  let visitCount = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { reference, depth } = next;
    visitCount++;
    if (reference === name) return 'What it depends on leads in a circle back to it.';
    if (depth > REFERENCE_DEPTH_MAX || visitCount > REFERENCE_VISITS_MAX) {
      return `What it depends on leads in a circle, deeper than ${REFERENCE_DEPTH_MAX} references, or through more than ${REFERENCE_VISITS_MAX}.`;
    }
    for (const onward of documents.get(reference)?.references ?? []) left.push({ reference: onward, depth: depth + 1 });
  }
  return undefined;
}
