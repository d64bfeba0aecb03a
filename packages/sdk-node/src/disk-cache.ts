import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** A place for one text per name. What goes wrong with it costs a warm start, never more. */
export interface TextCache {
  load(name: string): Promise<string | undefined>;
  save(name: string, text: string): Promise<void>;
}

/**
 * One file per key in a directory, replaced as a whole: a reader sees the text before or the text after. Only the user
 * whom the process runs as may read it, because rules name users.
 */
export function diskCache(directory: string): TextCache {
  const fileOf = (name: string): string => join(directory, `${name}.json`);
  return {
    async load(name) {
      try {
        return await readFile(fileOf(name), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async save(name, text) {
      await mkdir(directory, { recursive: true });
      await writeFileAtomic(fileOf(name), text, { mode: 0o600 });
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
