import type { ImportedObject } from './imported-rollouts.ts';

/** What an importer finds while it reads one object. */
export class Findings {
  readonly #leftOut = new Set<string>();
  readonly #notes = new Set<string>();

  /** Something of the object is not in the plan. */
  leaveOut(reason: string): void {
    this.#leftOut.add(reason);
  }

  /** All of it is, and the reader should know this. */
  note(reason: string): void {
    this.#notes.add(reason);
  }

  toReport(): ImportedObject {
    return { status: this.#leftOut.size === 0 ? 'exact' : 'partial', reasons: this.reasons() };
  }

  reasons(): readonly string[] {
    return [...this.#leftOut, ...this.#notes];
  }
}
