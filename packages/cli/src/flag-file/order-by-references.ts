/**
 * Names in an order in which each comes after those that it refers to. References to others are of no account, and
 * neither are circles: whoever is on one comes where it is met.
 */
export function orderByReferences(
  names: readonly string[],
  referencesOf: (name: string) => readonly string[],
): string[] {
  const wanted = new Set(names);
  const met = new Set<string>();
  const ordered: string[] = [];

  function visit(name: string): void {
    if (met.has(name) || !wanted.has(name)) return;
    met.add(name);
    for (const reference of referencesOf(name)) visit(reference);
    ordered.push(name);
  }

  for (const name of names) visit(name);
  return ordered;
}
