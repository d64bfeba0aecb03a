import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatExplanation } from '../format/explanation.ts';
import { countOption, jsonObjectOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';

interface ExplainOptions extends GlobalOptions {
  readonly context: Record<string, unknown>;
  readonly revision?: number;
  readonly json?: boolean;
}

export function addExplainCommand(program: Command, session: Session): void {
  program
    .command('explain <flag>')
    .description('why a context gets what it gets, step by step')
    .requiredOption('--context <json>', 'who asks, like \'{"targetingKey":"u1"}\'', jsonObjectOption)
    .option('--revision <n>', 'as it was at this revision', countOption)
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExplainOptions>();
      const api = await session.connect(options);
      const { context, revision } = options;
      const answer = await api.explain(key, { context, ...(revision === undefined ? {} : { revision }) });
      session.show(options, answer, () => [
        ...formatExplanation(answer, session.paint),
        session.paint.dim(`${api.environment} ${revision === undefined ? 'now' : `as it was at revision ${revision}`}`),
      ]);
    });
}
