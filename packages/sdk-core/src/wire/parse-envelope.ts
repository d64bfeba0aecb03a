import type { Flag, Segment } from '@tidegate/evaluation';
import type { Beat, Delta, DeltaChange, EventAck, Resync, Snapshot } from '@tidegate/protocol/types';
import { PROTOCOL_VERSION } from './protocol-values.ts';

/**
 * What comes over the wire, checked as far as the SDK itself relies on it: the envelope. What a flag or segment says
 * inside is the evaluator's to judge, which answers ERROR for one that is broken and is not disturbed in the others.
 * Unknown fields are ignored everywhere: a newer server may say more.
 */
export type Parsed<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'malformed'; readonly why: string };

export function parseSnapshot(text: string): Parsed<Snapshot> {
  const json = parseJson(text);
  return json.kind === 'malformed' ? json : checkSnapshot(json.value);
}

export function checkSnapshot(json: unknown): Parsed<Snapshot> {
  if (!isRecord(json)) return malformed('a snapshot is an object');
  const { protocol, environment, revision, flags, segments } = json;
  if (protocol !== PROTOCOL_VERSION) return malformed(`expected protocol ${PROTOCOL_VERSION}, got ${brief(protocol)}`);
  if (typeof environment !== 'string') return malformed(`environment: expected a string, got ${brief(environment)}`);
  if (!isRevision(revision)) return malformed(`revision: expected an integer from 0, got ${brief(revision)}`);
  if (!Array.isArray(flags) || !flags.every(hasKey)) return malformed('flags: expected an array of objects with keys');
  if (!Array.isArray(segments) || !segments.every(hasKey)) {
    return malformed('segments: expected an array of objects with keys');
  }
  // The evaluator takes documents as they come and tolerates whatever else is wrong with them.
  return parsed({ protocol, environment, revision, flags: flags as Flag[], segments: segments as Segment[] });
}

export function checkDelta(json: unknown): Parsed<Delta> {
  if (!isRecord(json)) return malformed('a delta is an object');
  const { fromRevision, revision, changes } = json;
  if (!isRevision(fromRevision) || !isRevision(revision)) return malformed('a delta goes from one revision to another');
  if (!Array.isArray(changes) || !changes.every(isChange)) return malformed('changes: expected an array of changes');
  return parsed({ fromRevision, revision, changes });
}

export function checkBeat(json: unknown): Parsed<Pick<Beat, 'revision'>> {
  if (!isRecord(json) || !isRevision(json['revision'])) return malformed('a beat carries a revision');
  return parsed({ revision: json['revision'] });
}

export function checkResync(json: unknown): Parsed<Pick<Resync, 'withinMs'>> {
  if (!isRecord(json) || !isFiniteNumber(json['withinMs'])) return malformed('a resync says within how many ms');
  return parsed({ withinMs: json['withinMs'] });
}

export function parseAck(text: string): Parsed<EventAck> {
  const json = parseJson(text);
  if (json.kind === 'malformed') return json;
  if (!isRecord(json.value) || !isRevision(json.value['acknowledgedSeq'])) {
    return malformed('an acknowledgement carries acknowledgedSeq');
  }
  return parsed({ acknowledgedSeq: json.value['acknowledgedSeq'] });
}

export function parseJson(text: string): Parsed<unknown> {
  try {
    return parsed(JSON.parse(text));
  } catch {
    return malformed(`expected JSON, got ${brief(text)}`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isRevision(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function hasKey(value: unknown): boolean {
  return isRecord(value) && typeof value['key'] === 'string';
}

function isChange(value: unknown): value is DeltaChange {
  if (!isRecord(value) || typeof value['key'] !== 'string') return false;
  if (value['kind'] !== 'flag' && value['kind'] !== 'segment') return false;
  return (
    value['document'] === null ||
    (hasKey(value['document']) && isRecord(value['document']) && value['document']['key'] === value['key'])
  );
}

function parsed<T>(value: T): Parsed<T> {
  return { kind: 'parsed', value };
}

function malformed(why: string): { readonly kind: 'malformed'; readonly why: string } {
  return { kind: 'malformed', why };
}

/** Enough to recognise a proxy's error page by, never enough to fill a log. */
const BRIEF_CHARS_MAX = 60;

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  return text.length === 0 ? 'nothing' : text.slice(0, BRIEF_CHARS_MAX);
}
