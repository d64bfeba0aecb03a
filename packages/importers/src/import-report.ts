import type { FlagFile } from '@tidegate/flag-file';

/** What an importer makes of another vendor's file. Reading it is the caller's; a text that is no such file throws `UnreadableFile`. */
export interface Imported {
  readonly file: FlagFile;
  readonly report: ImportReport;
}

/**
 * What became of each flag. `exact`: every user keeps the variation they had. `refused`: something cannot be carried
 * over, named in `reasons`, and the flag is not in the file. Nothing is imported wrongly in silence.
 */
export interface ImportReport {
  readonly flags: Readonly<Record<string, ImportedFlag>>;
}

export interface ImportedFlag {
  readonly status: 'exact' | 'refused';
  /** Sentences: of a refused flag why, of an exact one what the reader should know. */
  readonly reasons: readonly string[];
}
