import type { JsonValue } from '@tidegate/evaluation';
import type { FilePath } from '@tidegate/flag-file';
import type { DocumentName } from '../api/tidegate-api.ts';

/**
 * What keeps an environment from being as a file says: the writes that would make it so, in an order in which each
 * finds there what it names; what nobody may write; and what stands in the way.
 */
export interface Plan {
  readonly environment: string;
  /** At which it was made. */
  readonly revision: number;
  /** At which the file was pulled from this environment, as far as it says so. */
  readonly pulledRevision?: number;
  /** The other environment that the file says it was pulled from. */
  readonly pulledFrom?: string;
  readonly steps: readonly Step[];
  /** On the server and not in the file; archived only when that is asked for. */
  readonly unlisted: readonly DocumentName[];
  readonly leftAlone: readonly Remark[];
  /** With any of these nothing is applied. */
  readonly obstacles: readonly Remark[];
}

/** One write. It is of the document at `revision`, or, when that is null, as the step before on it has left it. */
export type Step = DocumentName & StepAction;

type StepAction =
  | { readonly action: 'create'; readonly document: JsonObject }
  /** Of an archived one, as it was, but for the patch. */
  | {
      readonly action: 'restore';
      readonly revision: number;
      readonly patch: JsonObject;
      readonly settings: readonly Setting[];
    }
  | {
      readonly action: 'update';
      readonly revision: number | null;
      /** RFC 7396. */
      readonly patch: JsonObject;
      readonly settings: readonly Setting[];
    }
  | { readonly action: 'archive'; readonly revision: number };

/** A setting that differs: undefined is its absence. */
export interface Setting {
  readonly name: string;
  readonly from: JsonValue | undefined;
  readonly to: JsonValue | undefined;
}

export interface Remark extends DocumentName {
  readonly path: FilePath;
  readonly detail: string;
}

export type JsonObject = { readonly [name: string]: JsonValue };
