import type { TidegateApi } from './api/tidegate-api.ts';
import { connect, type GlobalOptions } from './connection.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type Paint, paintFor } from './format/paint.ts';
import type { CliIo } from './io.ts';

/** What one run of the command shares between its parts. */
export class Session {
  readonly io: CliIo;
  readonly paint: Paint;
  exitCode: ExitCode = EXIT.done;
  /** What a failure means to a script that runs the command; bad usage and time that ran out have codes of their own. */
  failureCode: ExitCode = EXIT.failed;
  /** What a refusal means that another look may lift; only commands of rollouts tell it from other failures. */
  conflictCode: ExitCode | undefined;

  constructor(io: CliIo) {
    this.io = io;
    this.paint = paintFor(io, io.stdout);
  }

  connect(options: GlobalOptions): Promise<TidegateApi> {
    return connect(options, this.io);
  }

  print(lines: readonly string[]): void {
    this.io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** What the API answered, for programs; or the lines, for people. */
  show(options: { json?: boolean }, answer: unknown, lines: () => readonly string[]): void {
    this.print(options.json === true ? [JSON.stringify(answer, null, 2)] : lines());
  }
}
