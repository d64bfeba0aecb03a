import type { JsonValue } from '../json.ts';

/**
 * A value as JavaScript writes it into a text, lists and objects too: the vendors whose SDKs are written in it hash
 * that. undefined where their code throws: an object may have brought a `toString` of its own.
 */
export function writtenAsText(value: JsonValue): string | undefined {
  try {
    return String(value);
  } catch {
    // Evaluation never throws, and what cannot be written identifies nobody.
    return undefined;
  }
}
