import { Command, CommanderError } from 'commander';
import { addAdapterCommands } from './commands/adapters.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addAssessCommand } from './commands/assess.ts';
import { addChangesCommand } from './commands/changes.ts';
import { addChannelCommands } from './commands/channels.ts';
import { addCodegenCommand } from './commands/codegen.ts';
import { addConnectionsCommand } from './commands/connections.ts';
import { addDiffCommand } from './commands/diff.ts';
import { addEnvironmentCommands } from './commands/environments.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addFlagCommands } from './commands/flags.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addMetricCommands } from './commands/metrics.ts';
import { addProjectCommands } from './commands/projects.ts';
import { addProviderCommands } from './commands/providers.ts';
import { addPullCommand } from './commands/pull.ts';
import { addRebucketCommand } from './commands/rebucket.ts';
import { addRolloutCommands } from './commands/rollout.ts';
import { addSegmentCommands } from './commands/segments.ts';
import { addTemplateCommands } from './commands/templates.ts';
import { addValidateCommand } from './commands/validate.ts';
import { ProblemError, TimedOutError, UsageError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { formatFailure, formatProblem } from './format/failure.ts';
import { paintFor } from './format/paint.ts';
import type { CliIo } from './io.ts';
import { Session } from './session.ts';
import { CLI_VERSION } from './version.ts';

/** Runs one command line (without the program's name) and says how the process should end. Never throws. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const session = new Session(io);
  try {
    await createProgram(session).parseAsync([...argv], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    return report(error, session);
  }
}

function createProgram(session: Session): Command {
  const { io } = session;
  const program = new Command('tidegate')
    .description(
      'Feature flags that ramp themselves while the evidence is good, and kill themselves when it turns bad.',
    )
    .version(CLI_VERSION)
    .option('--url <url>', 'the server (TIDEGATE_URL)')
    .option('--token <token>', 'an operator key; better in TIDEGATE_TOKEN, where process lists do not show it')
    .option('--project <key>', 'the project (TIDEGATE_PROJECT, default: default)')
    .option('--environment <key>', 'the environment (TIDEGATE_ENVIRONMENT, default: production)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => session.paint.isColorSupported,
      getErrHasColors: () => paintFor(io, io.stderr).isColorSupported,
    })
    .showHelpAfterError('(add --help to see what it takes)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nWithout a url and a token, those that a server wrote to <TIDEGATE_DATA_DIR or ./data>/credentials.json are used.' +
        '\nExit codes: 0 done, 1 failed or killed, 2 usage, 3 timed out or inconclusive, 4 (rollouts) overtaken or refused for now.',
    );
  addFlagCommands(program, session);
  addSegmentCommands(program, session);
  addRolloutCommands(program, session);
  addTemplateCommands(program, session);
  addMetricCommands(program, session);
  addProviderCommands(program, session);
  addAdapterCommands(program, session);
  addChannelCommands(program, session);
  addKeyCommands(program, session);
  addProjectCommands(program, session);
  addEnvironmentCommands(program, session);
  addChangesCommand(program, session);
  addConnectionsCommand(program, session);
  addExplainCommand(program, session);
  addAssessCommand(program, session);
  addEvalCommand(program, session);
  addImportCommand(program, session);
  addRebucketCommand(program, session);
  addPullCommand(program, session);
  addValidateCommand(program, session);
  addDiffCommand(program, session);
  addApplyCommand(program, session);
  addCodegenCommand(program, session);
  return program;
}

/** One message, on stderr, and never a stack: whoever reads it operates a server and does not debug this program. */
function report(error: unknown, { io, failureCode, conflictCode }: Session): ExitCode {
  // Commander has printed its own message; asking for help or the version is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const paint = paintFor(io, io.stderr);
  const message = error instanceof Error ? error.message : String(error);
  const lines = error instanceof ProblemError ? formatProblem(error.problem, paint) : formatFailure(message, paint);
  io.stderr.write(lines.map((line) => `${line}\n`).join(''));
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof TimedOutError) return EXIT.inconclusive;
  const isConflict = error instanceof ProblemError && (error.problem.status === 409 || error.problem.status === 412);
  return (isConflict ? conflictCode : undefined) ?? failureCode;
}
