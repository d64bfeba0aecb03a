/** The value of a JSON text; undefined when it is none. Wrapped, because `null` is a value as well. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
