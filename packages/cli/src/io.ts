/** Everything that a command may touch outside itself. Tests give their own; `system-io.ts` gives the real one. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly fetch: typeof fetch;
  /** Rejects with an error whose `code` is `ENOENT` when there is no such file. */
  readTextFile(path: string): Promise<string>;
  /** Replaces the file if there is one. */
  writeTextFile(path: string, text: string): Promise<void>;
  /** Standard input as it comes, in pieces of any length; to be read once. */
  readonly stdin: AsyncIterable<string>;
  nowMs(): number;
  sleep(durationMs: number): Promise<void>;
  /** Aborts after the duration. */
  timeoutSignal(durationMs: number): AbortSignal;
}

export interface Output {
  /** Whether a person watches: colours and redrawing are for terminals only. */
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Fulfilled when what was written was taken: waiting for it keeps a slow reader from filling the memory. */
  drained(): Promise<void>;
}
