import type { FlagFile } from './flag-file.ts';

/**
 * The text of a file as a `FlagFile`, as far as `documentsOf` relies on it: what a flag or segment says inside is found
 * by whoever compiles it, flag by flag.
 *
 * @throws SyntaxError for a text that is no JSON, TypeError for JSON that is no flag file.
 */
export function parseFlagFile(text: string): FlagFile {
  const json: unknown = JSON.parse(withoutByteOrderMark(text));
  if (!isRecord(json)) throw new TypeError('expected an object with the member "flags"');
  const { flags, segments = {}, revision = 1, environment = '' } = json;
  checkDefinitions('flags', flags);
  checkDefinitions('segments', segments);
  if (!Number.isSafeInteger(revision)) throw new TypeError('revision: expected an integer');
  if (typeof environment !== 'string') throw new TypeError('environment: expected a text');
  // What `documentsOf` reads of it is there.
  return json as unknown as FlagFile;
}

/** Some editors begin a file with one, where nobody sees it; JSON knows none. */
export function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function checkDefinitions(name: string, definitions: unknown): void {
  if (!isRecord(definitions)) throw new TypeError(`${name}: expected an object with a member per key`);
  for (const [key, definition] of Object.entries(definitions)) {
    if (!isRecord(definition)) throw new TypeError(`${name}.${key}: expected an object`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
