import { textOfDocument } from './held-documents.ts';

/** The JSON of a snapshot, as `JSON.stringify` writes it; what `readDocuments` left as text is not read for it. */
export function writeDocuments(snapshot: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(snapshot).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? `[${value.map(textOfDocument).join()}]` : JSON.stringify(value);
    // What JSON has no word for is left out.
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join()}}`;
}
