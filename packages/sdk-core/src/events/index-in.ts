/** The place of a name among those that rows name by their index; it comes last when it is new. */
export function indexIn(names: Map<string, number>, name: string): number {
  const index = names.get(name) ?? names.size;
  names.set(name, index);
  return index;
}
