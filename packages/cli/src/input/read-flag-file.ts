import { type FlagFile, parseFlagFile } from '@tidegate/flag-file';
import { UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';

/** @throws UsageError (exit code 2) for a file that is not there, or is no flag file. */
export function readFlagFile(path: string, io: CliIo): Promise<FlagFile> {
  return readParsed(path, io, parseFlagFile);
}

/** @throws UsageError (exit code 2) for a file that is not there, or cannot be parsed. */
export async function readParsed<T>(path: string, io: CliIo, parse: (text: string) => T): Promise<T> {
  try {
    return parse(await io.readTextFile(path));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
