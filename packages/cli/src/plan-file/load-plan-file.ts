import { explainIssues, JSON_DEPTH_MAX, writtenPlanSchema } from '@tidegate/protocol';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { UsageError } from '../errors.ts';
import type { Place } from '../flag-file/json-tree.ts';
import type { CliIo } from '../io.ts';

/** The server takes no larger body. */
const FILE_CHARACTERS_MAX = 1_000_000;

type PlanPath = readonly (string | number)[];

/** What is wrong with a file, and where in it. */
export interface PlacedFlaw extends Place {
  readonly path: PlanPath;
  readonly detail: string;
}

/** A plan as it was written, YAML or JSON (which is YAML too). */
export interface PlanFile {
  readonly path: string;
  readonly plan: unknown;
  /** All that is wrong with its shape, in the order of the text. Whether it makes sense is for the server to say. */
  readonly flaws: readonly PlacedFlaw[];
  /** Where in the text something stands; where its parent does, when it does not stand there. */
  placeOf(path: PlanPath): Place;
}

/** @throws UsageError (exit code 2) for a file that is not there, or is neither YAML nor JSON. */
export async function loadPlanFile(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<PlanFile> {
  const { document, placeOf } = parseYaml(path, await readText(path, io));
  const plan: unknown = document.toJS();
  const parsed = writtenPlanSchema.safeParse(plan);
  if (parsed.success) return { path, plan, flaws: [], placeOf };
  const flaws = explainIssues(parsed.error).map(({ path: at, detail }) => {
    const steps = at.map((step) => (typeof step === 'symbol' ? String(step) : step));
    return { path: steps, detail, ...placeOf(steps) };
  });
  const inOrder = flaws.toSorted((one, other) => one.line - other.line || one.column - other.column);
  return { path, plan, flaws: inOrder, placeOf };
}

/** A file of one YAML or JSON document, whatever it says. @throws UsageError (exit code 2) */
export async function loadYamlFile(path: string, io: Pick<CliIo, 'readTextFile'>): Promise<unknown> {
  return parseYaml(path, await readText(path, io)).document.toJS();
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

function parseYaml(path: string, text: string): { document: Document; placeOf(at: PlanPath): Place } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, column } = placeAt(error.pos[0]);
    throw new UsageError(`${path}:${line}:${column} is neither YAML nor JSON: ${error.message}`);
  }
  const tooDeep = findBelow(document.contents, JSON_DEPTH_MAX);
  if (tooDeep !== undefined) {
    const { line, column } = placeAt(tooDeep);
    throw new UsageError(`${path}:${line}:${column} nests deeper than ${JSON_DEPTH_MAX} levels.`);
  }
  return { document, placeOf: (at) => placeAt(offsetOf(document.contents, at)) };
}

/** Where a member's name, or an item, begins. */
function offsetOf(root: Node | null, path: PlanPath): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (!isMap(item) && !isSeq(item) && !isScalar(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

/** The first place that is nested deeper than this. */
function findBelow(node: unknown, levels: number): number | undefined {
  if (!isMap(node) && !isSeq(node)) return undefined;
  if (levels === 0) return node.range?.[0] ?? 0;
  const children = isMap(node) ? node.items.map(({ value }) => value) : node.items;
  for (const child of children) {
    const found = findBelow(child, levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
