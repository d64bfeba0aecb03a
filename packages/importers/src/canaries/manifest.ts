import { isRecord } from '../json-record.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { UnreadableFile } from '../unreadable-file.ts';
import type { ImportedObject } from './imported-rollouts.ts';
import { Members } from './members.ts';

/** An object of Kubernetes. */
export interface Manifest {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** As the report calls it; no two are one. */
  readonly title: string;
  readonly document: unknown;
}

/** The objects of a file, those of lists (as `kubectl get -o yaml` gives them) too. @throws UnreadableFile */
export function manifestsOf(documents: readonly unknown[], kinds: readonly string[]): readonly Manifest[] {
  const objects = documents.flatMap(objectsOf);
  const titles = new Map<string, number>();
  const manifests = objects.map((document, index) => manifestOf(document, index, titles));
  if (manifests.some(({ kind }) => kinds.includes(kind))) return manifests;
  throw new UnreadableFile(`it has no ${kinds.join(', ')}`);
}

function objectsOf(document: unknown): readonly unknown[] {
  if (document === null || document === undefined) return [];
  const isList = isRecord(document) && document['kind'] === 'List' && Array.isArray(document['items']);
  // One level: a list of lists is an object that no tool knows.
  return isList ? (document['items'] as unknown[]) : [document];
}

function manifestOf(document: unknown, index: number, titles: Map<string, number>): Manifest {
  const metadata = isRecord(document) && isRecord(document['metadata']) ? document['metadata'] : {};
  const kind = isRecord(document) ? textOr(document['kind'], 'Object') : 'Object';
  const name = textOr(metadata['name'], `number-${index + 1}`);
  const namespace = textOr(metadata['namespace'], '');
  const title = [kind, ...(namespace === '' ? [] : [namespace]), name].join('/');
  const seen = titles.get(title) ?? 0;
  titles.set(title, seen + 1);
  return { kind, name, namespace, document, title: seen === 0 ? title : `${title} (${seen + 1})` };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/** What an importer finds while it reads one object. */
export class Findings {
  readonly #leftOut = new Set<string>();
  readonly #notes = new Set<string>();

  /** Something of the object is not in the plan. */
  leaveOut(reason: string): void {
    this.#leftOut.add(reason);
  }

  /** All of it is, and the reader should know this. */
  note(reason: string): void {
    this.#notes.add(reason);
  }

  toReport(): ImportedObject {
    return { status: this.#leftOut.size === 0 ? 'exact' : 'partial', reasons: this.reasons() };
  }

  reasons(): readonly string[] {
    return [...this.#leftOut, ...this.#notes];
  }
}

/** Why members of an object mean nothing to a flag: the longest path that begins what was not read says it. */
export type Meaningless = Readonly<Record<string, string>>;

/** Reads one object to its end: what is refused, what is left over, and what came out. */
export function readObject<Made>(
  manifest: Manifest,
  meaningless: Meaningless,
  read: (spec: Members, findings: Findings) => Made,
): { readonly object: ImportedObject; readonly made: Made | undefined } {
  const findings = new Findings();
  const made = orRefusal(() => {
    const members = new Members(manifest.document, '');
    for (const name of ['apiVersion', 'kind', 'metadata', 'status']) members.whole(name);
    const spec = members.members('spec');
    if (spec === undefined) throw new Refusal('It has no spec.');
    const result = read(spec, findings);
    for (const path of members.unread()) findings.leaveOut(reasonOf(path, meaningless));
    return { result };
  });
  if (made instanceof Refusal) return { object: { status: 'refused', reasons: [made.message] }, made: undefined };
  return { object: findings.toReport(), made: made.result };
}

/** An object that has no part in a rollout. */
export function foreignObject(kind: string): ImportedObject {
  return { status: 'refused', reasons: [`A ${kind} says nothing of how a flag is rolled out.`] };
}

function reasonOf(path: string, meaningless: Meaningless): string {
  const pattern = path.replaceAll(/\[\d+\]/g, '[]');
  const known = Object.keys(meaningless)
    .filter((prefix) => pattern === prefix || pattern.startsWith(`${prefix}.`) || pattern.startsWith(`${prefix}[`))
    .toSorted((one, other) => other.length - one.length)[0];
  const why = known === undefined ? 'this importer does not know it' : meaningless[known];
  return `${path} is left out: ${why}.`;
}
