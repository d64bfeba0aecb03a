import type { CliIo } from './io.ts';

/** A terminal that nobody looks at: what was written, and a clock that only sleeping moves. For tests. */
export interface CapturedIo extends CliIo {
  readonly written: { stdout: string; stderr: string };
  /** What is in each file now. */
  readonly files: Readonly<Record<string, string>>;
}

export function capturedIo(
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    readonly stdin?: readonly string[];
    readonly isTerminal?: boolean;
    readonly fetch?: typeof globalThis.fetch;
  } = {},
): CapturedIo {
  const { env = {}, stdin = [], isTerminal = false } = options;
  const files: Record<string, string> = { ...options.files };
  const written = { stdout: '', stderr: '' };
  let nowMs = 2_000_000;
  const outputTo = (name: 'stdout' | 'stderr') => ({
    isTerminal,
    write(text: string) {
      written[name] += text;
    },
    drained: () => Promise.resolve(),
  });
  return {
    env,
    written,
    files,
    stdin: piecesOf(stdin),
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    fetch: options.fetch ?? globalThis.fetch,
    async readTextFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' });
      return text;
    },
    async writeTextFile(path, text) {
      files[path] = text;
    },
    nowMs: () => nowMs,
    async sleep(durationMs) {
      nowMs += durationMs;
    },
    timeoutSignal: (durationMs) => AbortSignal.timeout(durationMs),
  };
}

async function* piecesOf(pieces: readonly string[]): AsyncIterable<string> {
  yield* pieces;
}
