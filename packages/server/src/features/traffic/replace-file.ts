import { rename, rm, writeFile } from 'node:fs/promises';
import { failed, WRITTEN, type WriteOutcome } from './traffic-adapter.ts';

/** Whoever reads the file meanwhile sees the old text or the new one, whole. */
export async function replaceFile(
  file: string,
  { text, temporary }: { readonly text: string; readonly temporary: string },
): Promise<WriteOutcome> {
  try {
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, file);
    return WRITTEN;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return failed(`${file} cannot be written: ${codeOf(error)}.`);
  }
}

export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
