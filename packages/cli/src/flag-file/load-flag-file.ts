import { type FileFlaw, type FilePath, type FlagFile, findFlaws } from '@tidegate/flag-file';
import {
  explainIssues,
  flagDefinitionSchema,
  flagFileSchema,
  isForbiddenName,
  JSON_DEPTH_MAX,
  segmentDefinitionSchema,
} from '@tidegate/protocol';
import { UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';
import { findValueFlaws } from './check-value-schemas.ts';
import { jsonTree, type Place, placeAt, placeOf } from './json-tree.ts';

/** Where commands look for flags unless told otherwise. */
export const FLAG_FILE = 'tidegate.json';

/** Larger files than this hold more than one environment's flags; every part of one is kept in memory a few times. */
const FILE_CHARACTERS_MAX = 50_000_000;
/** A definition may nest as deep as a body of the REST API; the file puts the member and the key around it. */
const FILE_DEPTH_MAX = JSON_DEPTH_MAX + 2;

export type PlacedFlaw = FileFlaw & Place;

/** A file as it was found: what can be understood of it, and all that is wrong with it. */
export interface LoadedFile {
  readonly path: string;
  /** Without the definitions that do not have the documented shape. */
  readonly file: FlagFile;
  /** In the order of the text. */
  readonly flaws: readonly PlacedFlaw[];
  /** Whether everything has the documented shape, whatever it means. */
  readonly isWellFormed: boolean;
}

/** @throws UsageError (exit code 2) for a file that is not there, or is no JSON. */
export async function loadFlagFile(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<LoadedFile> {
  const text = await readText(path, io);
  const json = parseJson(path, text);
  const shape = findShape(json);
  if (shape.kind === 'untouchable')
    return { path, file: EMPTY, flaws: [{ ...shape.flaw, line: 1, column: 1 }], isWellFormed: false };
  const { file } = shape;
  const tree = jsonTree(text);
  const twins = tree.twins.map(({ path: at, offset }) => ({
    path: at,
    detail: 'this member is there twice',
    ...placeAt(text, offset),
  }));
  const isInFile = ({ missing }: FileFlaw) =>
    missing !== undefined && Object.hasOwn(membersOf(json, `${missing.kind}s`), missing.key);
  const meanings = [...findFlaws(file), ...(await findValueFlaws(file))].filter((flaw) => !isInFile(flaw));
  const placed = [...shape.flaws, ...meanings].map((flaw) => ({ ...flaw, ...placeOf(tree, flaw.path) }));
  const flaws = [...twins, ...placed].toSorted((one, other) => one.line - other.line || one.column - other.column);
  return { path, file, flaws, isWellFormed: shape.flaws.length === 0 && twins.length === 0 };
}

/** @throws UsageError (exit code 2) for a file that cannot be read, or does not have the documented shape. */
export async function loadWellFormed(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<LoadedFile> {
  const loaded = await loadFlagFile(path, io);
  if (loaded.isWellFormed) return loaded;
  const [first] = loaded.flaws;
  const where =
    first === undefined ? path : `${path}:${first.line}:${first.column} ${first.path.join('.')}: ${first.detail}`;
  throw new UsageError(`${where}. \`tidegate validate ${path}\` tells all of it.`);
}

const EMPTY: FlagFile = { flags: {} };

async function readText(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<string> {
  let text: string;
  try {
    text = await io.readTextFile(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.length <= FILE_CHARACTERS_MAX) return text;
  throw new UsageError(`${path} cannot be read: it has more than ${FILE_CHARACTERS_MAX} characters.`);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = /at position (\d+)/.exec(message)?.[1];
    const { line, column } = placeAt(text, offset === undefined ? text.length : Number(offset));
    throw new UsageError(`${path}:${line}:${column} is not JSON: ${message}`);
  }
}

type Shape =
  /** Nothing may recurse through it. */
  | { readonly kind: 'untouchable'; readonly flaw: FileFlaw }
  | { readonly kind: 'read'; readonly file: FlagFile; readonly flaws: readonly FileFlaw[] };

function findShape(json: unknown): Shape {
  const untouchable = findUntouchable(json, []);
  if (untouchable !== undefined) return { kind: 'untouchable', flaw: untouchable };
  const parsed = flagFileSchema.safeParse(json);
  if (parsed.success) return { kind: 'read', file: parsed.data, flaws: [] };
  const flaws = explainIssues(parsed.error).map(({ path, detail }) => ({ path: stepsOf(path), detail }));
  // What has the right shape is told apart from what has not, so that its meaning can be looked at as well.
  const file: FlagFile = {
    flags: readable(membersOf(json, 'flags'), flagDefinitionSchema),
    segments: readable(membersOf(json, 'segments'), segmentDefinitionSchema),
  };
  return { kind: 'read', file, flaws };
}

/** A name that JavaScript gives a meaning, or a depth that nothing should follow. */
function findUntouchable(value: unknown, path: FilePath): FileFlaw | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= FILE_DEPTH_MAX) return { path, detail: `a file nests at most ${FILE_DEPTH_MAX} levels` };
  for (const [name, member] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    if (isForbiddenName(name)) return { path: at, detail: `no member may be called ${name}` };
    const flaw = findUntouchable(member, at);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** An object's own member, if that is an object. */
function membersOf(json: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return {};
  const members: unknown = Reflect.get(json, name);
  return typeof members === 'object' && members !== null ? { ...members } : {};
}

function readable<Definition>(
  definitions: Readonly<Record<string, unknown>>,
  schema: { safeParse(value: unknown): { success: true; data: Definition } | { success: false } },
): Readonly<Record<string, Definition>> {
  const read = Object.entries(definitions).map(([key, definition]) => [key, schema.safeParse(definition)] as const);
  return Object.fromEntries(read.flatMap(([key, parsed]) => (parsed.success ? [[key, parsed.data]] : [])));
}

/** The path of a schema: members and indexes only. */
function stepsOf(path: readonly PropertyKey[]): FilePath {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}
