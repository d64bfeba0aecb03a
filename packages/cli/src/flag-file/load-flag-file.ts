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
import { jsonTree, offsetBelow, type Place, placeAt, placeOf } from './json-tree.ts';

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
  const tooDeep = offsetBelow(text, FILE_DEPTH_MAX);
  if (tooDeep !== undefined) {
    const flaw = { path: [], detail: `a file nests at most ${FILE_DEPTH_MAX} levels`, ...placeAt(text, tooDeep) };
    return { path, file: { flags: {} }, flaws: [flaw], isWellFormed: false };
  }
  const shape = readShape(json);
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

interface Shape {
  readonly file: FlagFile;
  readonly flaws: readonly FileFlaw[];
}

function readShape(json: unknown): Shape {
  const forbidden = findForbiddenNames(json, []);
  const parsed = flagFileSchema.safeParse(json);
  if (parsed.success) return { file: parsed.data, flaws: forbidden };
  const flaws = explainIssues(parsed.error).map(({ path, detail }) => ({ path: stepsOf(path), detail }));
  // What has the right shape is told apart from what has not, so that its meaning can be looked at as well.
  const file: FlagFile = {
    flags: readable(membersOf(json, 'flags'), flagDefinitionSchema),
    segments: readable(membersOf(json, 'segments'), segmentDefinitionSchema),
  };
  return { file, flaws: [...forbidden, ...flaws] };
}

/** Names that JavaScript gives a meaning: no schema sees them, and no server takes them. */
function findForbiddenNames(value: unknown, path: FilePath): readonly FileFlaw[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    const flaws = findForbiddenNames(member, at);
    return isForbiddenName(name) ? [{ path: at, detail: `no member may be called ${name}` }, ...flaws] : flaws;
  });
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
