interface Keyed {
  readonly key: string;
}

/**
 * The keys of documents in an order in which each comes after those that it refers to, and else by key. References to
 * others are of no account, and neither are circles: whoever is on one comes where it is met.
 */
export function orderByReferences<Document extends Keyed>(
  documents: readonly Document[],
  referencesOf: (document: Document) => readonly string[],
): string[] {
  const known = byKey(documents);
  const met = new Set<string>();
  const ordered: string[] = [];

  function visit(key: string): void {
    const document = known.get(key);
    if (document === undefined || met.has(key)) return;
    met.add(key);
    for (const reference of referencesOf(document)) visit(reference);
    ordered.push(key);
  }

  for (const key of [...known.keys()].toSorted()) visit(key);
  return ordered;
}

export function byKey<Document extends Keyed>(documents: readonly Document[]): ReadonlyMap<string, Document> {
  return new Map(documents.map((document) => [document.key, document]));
}
