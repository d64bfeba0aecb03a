import type { EventBatch } from '@tidegate/analysis';
import { BATCH_ROWS_MAX } from '@tidegate/protocol';

/**
 * Says what is wrong with a would-be event batch, by hand: this runs once per row of everything that is reported, and
 * takes a twentieth of the schema's time. The schema stays the definition: a property test holds the two together.
 */
export function findBatchFlaw(json: unknown): string | undefined {
  if (!isRecord(json)) return 'An event batch is an object.';
  return (
    unknownMember('the batch', json, BATCH_MEMBERS) ??
    headFlaw(json) ??
    tableFlaw('units', json['units'], UNITS) ??
    tableFlaw('exposures', json['exposures'], EXPOSURES) ??
    tableFlaw('outcomes', json['outcomes'], OUTCOMES) ??
    tableFlaw('counters', json['counters'], COUNTERS) ??
    droppedFlaw(json['dropped']) ??
    // Each table has just been found to have the members of its type.
    indexFlaw(json as unknown as EventBatch)
  );
}

type NumberCheck = (value: number) => boolean;

/** A table of columns: dictionaries of names, and columns of numbers that all have one length. */
interface TableShape {
  readonly members: readonly string[];
  readonly dictionaries: readonly string[];
  readonly columns: readonly (readonly [name: string, check: NumberCheck])[];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const BATCH_MEMBERS = [
  'protocol',
  'instance',
  'seq',
  'sentAtMs',
  'sdk',
  'units',
  'exposures',
  'outcomes',
  'counters',
  'dropped',
];
const NAME_CHARS_MAX = 256;
const STAGE_MAX = 1_000;
const AGE_MAX_MS = 86_400_000;

const isUint32: NumberCheck = (value) => value >>> 0 === value;
const isIndex: NumberCheck = (value) => Number.isInteger(value) && value >= 0 && value <= BATCH_ROWS_MAX;
const isCount: NumberCheck = (value) => Number.isSafeInteger(value) && value >= 1;
const isStage: NumberCheck = (value) => Number.isInteger(value) && value >= 0 && value <= STAGE_MAX;
const isArm: NumberCheck = (value) => value === 0 || value === 1;
const isAge: NumberCheck = (value) => value >= 0 && value <= AGE_MAX_MS;

const UNITS = shape({ h0: isUint32, h1: isUint32 });
const EXPOSURES = shape(
  { rollout: isIndex, epoch: isCount, stage: isStage, arm: isArm, unit: isIndex, ageMs: isAge },
  'rolloutIds',
);
const OUTCOMES = shape({ event: isIndex, unit: isIndex, value: Number.isFinite, ageMs: isAge }, 'events');
const COUNTERS = shape({ flag: isIndex, variation: isIndex, count: isCount }, 'flags', 'variations');

function shape(columns: Readonly<Record<string, NumberCheck>>, ...dictionaries: readonly string[]): TableShape {
  return { members: [...dictionaries, ...Object.keys(columns)], dictionaries, columns: Object.entries(columns) };
}

function headFlaw({ protocol, instance, seq, sentAtMs, sdk }: Record<string, unknown>): string | undefined {
  if (protocol !== 1) return 'protocol: expected 1.';
  if (typeof instance !== 'string' || !UUID.test(instance)) return 'instance: expected a UUID.';
  if (typeof seq !== 'number' || !isCount(seq)) return 'seq: expected an integer from 1.';
  if (typeof sentAtMs !== 'number' || !Number.isFinite(sentAtMs)) return 'sentAtMs: expected a number.';
  if (!isRecord(sdk) || !isName(sdk['name']) || !isName(sdk['version'])) return 'sdk: expected a name and a version.';
  return unknownMember('sdk', sdk, ['name', 'version']);
}

function tableFlaw(name: string, table: unknown, { members, dictionaries, columns }: TableShape): string | undefined {
  if (!isRecord(table)) return `${name}: expected an object of columns.`;
  for (const dictionary of dictionaries) {
    const names = table[dictionary];
    if (!Array.isArray(names) || names.length > BATCH_ROWS_MAX || !names.every(isName)) {
      return `${name}.${dictionary}: expected at most ${BATCH_ROWS_MAX} names of 1 to ${NAME_CHARS_MAX} characters.`;
    }
  }
  let length: number | undefined;
  for (const [column, check] of columns) {
    const values = table[column];
    if (!Array.isArray(values) || values.length > BATCH_ROWS_MAX) {
      return `${name}.${column}: expected at most ${BATCH_ROWS_MAX} numbers.`;
    }
    length ??= values.length;
    if (values.length !== length) return `${name}.${column}: ${values.length} rows, where others have ${length}.`;
    const bad = values.findIndex((value) => typeof value !== 'number' || !check(value));
    if (bad !== -1) return `${name}.${column}[${bad}]: ${JSON.stringify(values[bad])?.slice(0, 40)} is out of range.`;
  }
  return unknownMember(name, table, members);
}

function droppedFlaw(dropped: unknown): string | undefined {
  if (!isRecord(dropped)) return 'dropped: expected an object of counts.';
  for (const name of ['exposures', 'outcomes']) {
    const count = dropped[name];
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
      return `dropped.${name}: expected a count.`;
  }
  return unknownMember('dropped', dropped, ['exposures', 'outcomes']);
}

/** Every index points into its dictionary. */
function indexFlaw({ units, exposures, outcomes, counters }: EventBatch): string | undefined {
  const unitCount = units.h0.length;
  return (
    beyond('exposures.rollout', exposures.rollout, exposures.rolloutIds.length) ??
    beyond('exposures.unit', exposures.unit, unitCount) ??
    beyond('outcomes.event', outcomes.event, outcomes.events.length) ??
    beyond('outcomes.unit', outcomes.unit, unitCount) ??
    beyond('counters.flag', counters.flag, counters.flags.length) ??
    beyond('counters.variation', counters.variation, counters.variations.length)
  );
}

function beyond(name: string, column: readonly number[], length: number): string | undefined {
  const bad = column.find((index) => index >= length);
  return bad === undefined ? undefined : `${name}: the index ${bad} points beyond ${length} entries.`;
}

function unknownMember(name: string, record: Record<string, unknown>, members: readonly string[]): string | undefined {
  const unknown = Object.keys(record).find((member) => !members.includes(member));
  return unknown === undefined ? undefined : `${name}: unknown member ${JSON.stringify(unknown).slice(0, 40)}.`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= NAME_CHARS_MAX;
}
