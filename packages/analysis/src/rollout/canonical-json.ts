/** JSON with sorted keys: what says the same reads the same. Numbers are written so that they come back as the same bits. */
export function canonicalJson(value: unknown): string {
  return String(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : member,
    ),
  );
}
