import { isRecord } from '../json-record.ts';
import { UnreadableFile } from '../unreadable-file.ts';

/** An object of Kubernetes. */
export interface Manifest {
  readonly kind: string;
  /** Empty when it has none. */
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
  const name = textOr(metadata['name'], '');
  const namespace = textOr(metadata['namespace'], '');
  const title = [kind, ...(namespace === '' ? [] : [namespace]), name || `number-${index + 1}`].join('/');
  const seen = titles.get(title) ?? 0;
  titles.set(title, seen + 1);
  return { kind, name, namespace, document, title: seen === 0 ? title : `${title} (${seen + 1})` };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
