/** Keys as people paste them: from a column of a sheet, a list with commas, or one by one. */
export function keysIn(text: string): readonly string[] {
  return text
    .split(/[\n\r,;\t]+/)
    .map((key) => key.trim().replace(/^"(.*)"$/, '$1'))
    .filter(Boolean);
}

/** In the order in which they came, each once. */
export function joinKeys(keys: readonly string[], more: readonly string[]): readonly string[] {
  return more.length === 0 ? keys : [...new Set([...keys, ...more])];
}
